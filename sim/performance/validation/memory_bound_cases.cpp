// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/memory_bound_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/throughput/memory_bound_work.hpp"
#include "sim/performance/throughput/work_units.hpp"
#include "sim/performance/validation/case_columns.hpp"
#include "sim/text/human_number.hpp"

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

// Kernels measured by bandwidth, by a word of their name; the first match counts.
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

bool is_stream(const std::string& app) {
  return std::any_of(std::begin(named_patterns), std::end(named_patterns),
                     [&](const NamedPattern& p) { return has_part(app, p.word); });
}

std::string unknown_unit(const MemoryBoundCase& c, const char* accepted) {
  return "the unit `" + c.unit + "` of `" + c.app + "` is not one of " + accepted;
}

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
  c.per_unit = bandwidth_unit_bytes_per_s(c.unit).value_or(1.0);
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
  if (const auto cells = lattice_unit_per_s(c.unit))
    c.per_unit = *cells;
  else if (const auto bytes = bandwidth_unit_bytes_per_s(c.unit))
    c.per_unit = *bytes / c.work.bytes_per_unit;
  else
    c.skipped = unknown_unit(c, "MLUP/s, GLUP/s, GB/s");
}

// Work with a unit of its own: HPCG in operations, graph searches in edges.
void read_counted_case(const char* name, const Catalogue& catalogue, MemoryBoundCase& c) {
  const WorkloadEntry* workload = catalogue.find_workload(name);
  if (workload == nullptr) {
    c.skipped = std::string("the catalogue has no workload `") + name + "`";
    return;
  }
  c.work = work_of(*workload);
  if (workload->max_bytes_per_unit) c.max_bytes_per_unit = workload->max_bytes_per_unit->value;
  const auto operations = operations_unit_per_s(c.unit);
  if (operations && c.work.flop_per_unit > 0.0)
    c.per_unit = *operations / c.work.flop_per_unit;
  else if (const auto edges = edges_unit_per_s(c.unit); edges && workload->name == "bfs")
    c.per_unit = *edges;
  else
    c.skipped = unknown_unit(c, workload->name == "bfs" ? "GTEPS, MTEPS" : "GFLOP/s, GB/s");
}

void read_dlrm_case(const std::string& app, const std::string& round, bool power_limited,
                    const Catalogue& catalogue, MemoryBoundCase& c) {
  const WorkloadEntry* workload = catalogue.find_workload("dlrm-v2");
  if (workload == nullptr) {
    c.skipped = "the catalogue has no workload `dlrm-v2`";
    return;
  }
  c.work = work_of(*workload);
  c.work.resident_bytes = 0.0;  // tables that do not fit one chip are distributed over several
  if (has_part(app, "server")) {
    c.skipped = "an open load under a latency limit needs queueing, which is not modelled";
  }
  if (power_limited) c.skipped = "the power limit of this run is not stated";
  if (const auto samples = samples_unit_per_s(c.unit))
    c.per_unit = *samples;
  else
    c.skipped = unknown_unit(c, "samples/s, queries/s");
  // NVIDIA's submission of v4.0 is 1.6 times as fast on the same chip as that of v3.1.
  if (round == "v3.1" || round == "v3.0") c.software_factor = 0.63;
}

}  // namespace

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
    const ChipEntry* chip = catalogue.find_chip(c.chip_name);
    if (chip == nullptr) {
      c.skipped = unknown_chip(catalogue, c.chip_name);
    } else if (!chip->memory_bandwidth_bytes_per_s) {
      c.skipped = "the memory bandwidth of `" + c.chip_name + "` is not known";
    } else {
      c.chip = chip_params(*chip);
      if (has_part(app, "dlrm")) {
        read_dlrm_case(app, lower_case(table.field(row, "mlperf_round")),
                       table.number(row, "power_limited").value_or(0.0) == 1.0, catalogue, c);
      } else if (has_part(app, "fluidx3d") || has_part(app, "lbm") || has_part(app, "lattice")) {
        read_lattice_case(
            app + " " + lower_case(table.field(row, "precision")) + " " + lower_case(size),
            catalogue, c);
      } else if (bandwidth_unit_bytes_per_s(c.unit)) {
        read_bandwidth_case(app, size, *chip, model, c);
      } else if (has_part(app, "hpcg")) {
        read_counted_case("hpcg", catalogue, c);
      } else if (has_part(app, "bfs") || has_part(app, "graph500")) {
        read_counted_case("bfs", catalogue, c);
      } else {
        c.skipped = is_stream(app) ? unknown_unit(c, "GB/s, TB/s, MB/s, MBytes/sec, GiB/s")
                                   : "neither a bandwidth nor a workload of the catalogue: `" +
                                         c.app + "` in `" + c.unit + "`";
      }
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

namespace {

// Skips work whose bytes are known only as a range: it has no single prediction.
void skip_best_case(const MemoryBoundCase& c, double most, CaseResult& r) {
  const double least = most * c.work.bytes_per_unit / c.max_bytes_per_unit;
  r.status = fmt::format(
      "skipped: between {} and {} {}, at {:.0f} to {:.0f} B a unit of work: a range, no prediction",
      human_number(least), human_number(most), c.unit, c.max_bytes_per_unit, c.work.bytes_per_unit);
  r.predicted.reset();
  r.error_percent.reset();
}

}  // namespace

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
      r.traits = memory_bound_traits(c.work, c.chips);
      if (r.measured) r.error_percent = 100.0 * (*r.predicted / *r.measured - 1.0);
      if (c.max_bytes_per_unit > 0.0) skip_best_case(c, *r.predicted, r);
    }
    results.push_back(std::move(r));
  }
  return results;
}

}  // namespace tranche
