#include "sim/performance/memory_bound_cases.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace tranche {
namespace {

using kernels::AccessPattern;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool has_part(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Kernels whose value is a bandwidth, by a word of their name; the first match counts.
struct NamedPattern {
  std::string_view word;
  AccessPattern pattern;
};
constexpr NamedPattern named_patterns[] = {
    {"stencil", AccessPattern::stencil}, {"3pt", AccessPattern::stencil},
    {"5pt", AccessPattern::stencil},     {"jacobi", AccessPattern::stencil},
    {"spmv", AccessPattern::sparse},     {"hpcg", AccessPattern::sparse},
    {"gather", AccessPattern::gather},   {"copy", AccessPattern::copy},
    {"mul", AccessPattern::copy},        {"scale", AccessPattern::copy},
    {"triad", AccessPattern::triad},     {"add", AccessPattern::triad},
    {"dot", AccessPattern::read},        {"read", AccessPattern::read},
    {"write", AccessPattern::write},     {"init", AccessPattern::write}};

// The number just before `word` in a text such as "block 64, 7296 threads in flight".
double number_before(const std::string& text, const std::string& word) {
  const std::size_t end = text.find(word);
  if (end == std::string::npos) return 0.0;
  std::size_t begin = end;
  while (begin > 0 && std::isspace(static_cast<unsigned char>(text[begin - 1]))) --begin;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(text[begin - 1]))) --begin;
  return std::strtod(text.c_str() + begin, nullptr);
}

// "16-64 MB weight matrix": the geometric mean of the range, in bytes.
double middle_of_range_bytes(const std::string& text) {
  char* after = nullptr;
  const double low = std::strtod(text.c_str(), &after);
  const double high = *after == '-' ? std::strtod(after + 1, nullptr) : low;
  constexpr double bytes_per_megabyte = 1e6;
  return std::sqrt(low * high) * bytes_per_megabyte;
}

void read_bandwidth_case(const std::string& app, const std::string& size, const ChipEntry& chip,
                         const MemoryBoundModel& model, MemoryBoundCase& c) {
  c.work.bytes_per_unit = 1.0;
  c.per_unit = c.unit == "TB/s" ? 1e12 : 1e9;
  if (has_part(app, "gemv")) {
    c.work.pattern = AccessPattern::matrix_row;
    c.work.units = middle_of_range_bytes(size);
    if (!(c.work.units > 0.0)) c.skipped = "the size of the matrix is not stated";
    return;
  }
  const auto* named = std::find_if(std::begin(named_patterns), std::end(named_patterns),
                                   [&](const NamedPattern& p) { return has_part(app, p.word); });
  if (named == std::end(named_patterns)) {
    c.skipped = "the access pattern of `" + c.app + "` is not known";
    return;
  }
  c.work.pattern = named->pattern;
  c.work.threads = number_before(size, "threads in flight");
  const auto& threads = chip.memory_type == "HBM2e" || chip.memory_type == "HBM2"
                            ? model.concurrency.hbm2e_bytes_per_s
                            : model.concurrency.hbm3_bytes_per_s;
  c.work.thread_bytes_per_s = threads[static_cast<int>(c.work.pattern)];
}

void read_lattice_case(const std::string& text, const Catalogue& catalogue, MemoryBoundCase& c) {
  const char* name = has_part(text, "fp16c")  ? "lbm-d3q19-fp16c"
                     : has_part(text, "fp16") ? "lbm-d3q19-fp16"
                                              : "lbm-d3q19";
  const WorkloadEntry* workload = catalogue.find_workload(name);
  if (workload == nullptr) {
    c.skipped = std::string("the catalogue has no workload `") + name + "`";
    return;
  }
  c.work = work_of(*workload);
  if (c.chips > 1.0) c.skipped = "several chips exchange halos over PCIe, which is not modelled";
  if (c.unit == "MLUPs/s" || c.unit == "MLUP/s" || c.unit == "MLUPS")
    c.per_unit = 1e6;
  else if (c.unit == "GB/s")
    c.per_unit = 1e9 / c.work.bytes_per_unit;
  else
    c.skipped = "the unit `" + c.unit + "` is not one of MLUPs/s, GB/s";
}

void read_dlrm_case(const std::string& app, const std::string& notes, const Catalogue& catalogue,
                    MemoryBoundCase& c) {
  const WorkloadEntry* workload = catalogue.find_workload("dlrm-v2");
  if (workload == nullptr) {
    c.skipped = "the catalogue has no workload `dlrm-v2`";
    return;
  }
  c.work = work_of(*workload);
  c.work.resident_bytes = 0.0;  // tables that do not fit one chip are spread over several
  if (has_part(app, "server")) {
    c.skipped = "an open load under a latency limit needs queueing, which is not modelled";
  }
  if (has_part(notes, "maxq")) c.skipped = "the power limit of this run is not stated";
  // NVIDIA's submission of v4.0 is 1.6 times as fast on the same chip as that of v3.1.
  if (has_part(notes, "v3.1") || has_part(notes, "v3.0")) c.software_factor = 0.63;
}

}  // namespace

kernels::MemoryBoundWork work_of(const WorkloadEntry& workload) {
  kernels::MemoryBoundWork work;
  work.bytes_per_unit = workload.bytes_per_unit.value;
  work.flop_per_unit = workload.flop_per_unit ? workload.flop_per_unit->value : 0.0;
  work.pattern = workload.pattern;
  work.unit = workload.arithmetic;
  work.resident_bytes = workload.resident_bytes ? workload.resident_bytes->value : 0.0;
  return work;
}

bool has_memory_bound_columns(const CsvTable& table) {
  for (const char* column :
       {"id", "kernel_app", "chip", "problem_size", "metric", "value", "unit"}) {
    if (!table.column(column)) return false;
  }
  return true;
}

std::vector<MemoryBoundCase> read_memory_bound_cases(const CsvTable& table,
                                                     const Catalogue& catalogue,
                                                     const MemoryBoundModel& model) {
  std::vector<MemoryBoundCase> cases;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    MemoryBoundCase c;
    c.id = table.field(row, "id");
    c.source = table.field(row, "source");
    c.chip_name = table.field(row, "chip");
    c.app = table.field(row, "kernel_app");
    c.unit = table.field(row, "unit");
    c.measured = table.number(row, "value").value_or(0.0);
    c.chips = table.number(row, "n_gpus").value_or(1.0);
    const std::string app = lower_case(c.app);
    const std::string size = table.field(row, "problem_size");
    const std::string notes = lower_case(table.field(row, "notes"));
    const ChipEntry* chip = catalogue.find_chip(c.chip_name);
    if (chip == nullptr || !chip->memory_bandwidth_bytes_per_s) {
      c.skipped = "the memory bandwidth of `" + c.chip_name + "` is not known";
    } else {
      c.chip = chip_params(*chip);
      if (has_part(app, "dlrm")) {
        read_dlrm_case(app, notes, catalogue, c);
      } else if (has_part(app, "fluidx3d") || has_part(app, "lbm") || has_part(app, "lattice")) {
        read_lattice_case(
            app + " " + lower_case(table.field(row, "precision")) + " " + lower_case(size),
            catalogue, c);
      } else if (c.unit == "GB/s" || c.unit == "TB/s") {
        read_bandwidth_case(app, size, *chip, model, c);
      } else {
        c.skipped = "neither a bandwidth nor a workload of the catalogue: `" + c.app + "`";
      }
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

std::vector<CaseResult> validate_memory_bound(const std::vector<MemoryBoundCase>& cases,
                                              const MemoryBoundModel& model) {
  std::vector<CaseResult> results;
  for (const MemoryBoundCase& c : cases) {
    CaseResult r;
    r.id = c.id;
    r.unit = c.unit;
    r.chip = c.chip_name;
    r.source = c.source;
    r.software = access_pattern_names()[static_cast<std::size_t>(c.work.pattern)];
    r.group = c.source + " | " + c.app;
    r.metric = c.app;
    if (c.measured > 0.0) r.measured = c.measured;
    r.status = c.skipped.empty() ? "ok" : "skipped: " + c.skipped;
    if (c.skipped.empty()) {
      kernels::MemoryBoundCoefficients coefficients = model.of(c.chip.generation);
      coefficients.matrix_efficiency *= c.software_factor;
      const auto result = kernels::run_memory_bound(c.chip, coefficients, c.work);
      r.predicted = result.units_per_s * c.chips / c.per_unit;
      if (r.measured) r.error_percent = 100.0 * (*r.predicted / *r.measured - 1.0);
    }
    results.push_back(std::move(r));
  }
  return results;
}

}  // namespace tranche
