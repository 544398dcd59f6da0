// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/memory_bound_cases.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdlib>

#include "sim/input/plain_text.hpp"
#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/throughput/memory_bound_work.hpp"
#include "sim/performance/throughput/work_units.hpp"
#include "sim/performance/validation/case_columns.hpp"
#include "sim/performance/validation/memory_bound_kernels.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using kernels::AccessPattern;

// One row while it is read.
struct KernelRow {
  std::string app, size, precision, bytes, round;  // lower case but for `bytes`
  double power_limited = 0;
  const ChipEntry* chip = nullptr;
};

std::string wrong_unit(const MemoryBoundCase& c, const std::vector<WorkUnitKind>& accepted) {
  return "the unit `" + c.unit + "` of `" + c.app + "` is not one of " +
         work_unit_examples(accepted);
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
  const double high = *after == '-' ? std::strtod(after + 1, &after) : low;
  while (*after == ' ') ++after;
  const double one = std::string_view(after).starts_with("gb")   ? 1e9
                     : std::string_view(after).starts_with("kb") ? 1e3
                                                                 : 1e6;
  return std::sqrt(low * high) * one;
}

// Sets the divisor from units of work per second to the printed value, for any unit that has a
// meaning for the work; says which are accepted for one that has none.
void read_unit(const KernelRow& row, WorkUnitKind counts, MemoryBoundCase& c) {
  const auto unit = work_unit(c.unit);
  const double cells = stated_units(row.size);
  std::vector<WorkUnitKind> accepted = {WorkUnitKind::bandwidth, WorkUnitKind::share};
  if (counts != WorkUnitKind::bandwidth) accepted.push_back(counts);
  if (c.work.flop_per_unit > 0.0) accepted.push_back(WorkUnitKind::operations);
  if (cells > 0.0) accepted.insert(accepted.end(), {WorkUnitKind::steps, WorkUnitKind::time});
  const bool is_count = unit && unit->kind == counts;
  if (is_count && counts != WorkUnitKind::bandwidth)
    c.per_unit = unit->one;
  else if (unit && unit->kind == WorkUnitKind::bandwidth)
    c.per_unit = unit->one / c.work.bytes_per_unit;
  else if (unit && unit->kind == WorkUnitKind::share)
    c.per_unit = unit->one * c.chip.memory_bandwidth_bytes_per_s * c.chips / c.work.bytes_per_unit;
  else if (unit && unit->kind == WorkUnitKind::operations && c.work.flop_per_unit > 0.0)
    c.per_unit = unit->one / c.work.flop_per_unit;
  else if (unit && unit->kind == WorkUnitKind::steps && cells > 0.0)
    c.per_unit = unit->one * cells;
  else if (unit && unit->kind == WorkUnitKind::time && cells > 0.0)
    c.per_unit = cells / unit->one, c.is_time = true;
  else if (unit && (unit->kind == WorkUnitKind::steps || unit->kind == WorkUnitKind::time))
    c.skipped = "`" + c.unit + "` needs the size of the problem: `256^3 cells` in problem_size";
  else
    c.skipped = wrong_unit(c, accepted);
}

// A kernel known by its pattern: one unit of work is a byte, or what the row states.
void read_bandwidth_case(const KernelRow& row, const MemoryBoundModel& model, MemoryBoundCase& c) {
  if (const std::string_view links = word_of_links(row.app); !links.empty()) {
    c.skipped = fmt::format("`{}` measures links between chips or to the host (`{}`), not memory",
                            c.app, links);
    return;
  }
  c.work.bytes_per_unit = 1.0;
  const StatedIntensity stated = stated_intensity(row.bytes);
  if (contains(row.app, "gemv") || contains(row.app, "weight streaming") ||
      contains(row.app, "matrix-vector")) {
    c.work.pattern = AccessPattern::matrix_row;
    c.work.units = middle_of_range_bytes(row.size);
    if (!(c.work.units > 0.0))
      c.skipped = "the size of the matrix is not stated";
    else
      read_unit(row, WorkUnitKind::bandwidth, c);
    return;
  }
  const auto named = pattern_of_kernel(row.app);
  if (!named && !(stated.bytes > 0.0)) {
    c.skipped = "the access pattern of `" + c.app +
                "` is not known; state its bytes a unit of work in bytes_model: `24 B, 2 FLOP`";
    return;
  }
  c.work.pattern = named.value_or(pattern_of_bytes(stated.bytes));
  if (!named) {
    c.work.bytes_per_unit = stated.bytes;
    c.work.flop_per_unit = stated.flop;
    c.work.unit = contains(row.precision, "64") ? kernels::ArithmeticUnit::vector_fp64
                                                : kernels::ArithmeticUnit::vector_fp32;
    c.assumed = fmt::format("{:.0f} B a unit: as {}", stated.bytes,
                            access_pattern_names()[static_cast<std::size_t>(c.work.pattern)]);
  }
  c.work.threads = number_before(row.size, "threads in flight");
  const bool is_hbm2 = row.chip->memory_type.starts_with("HBM2");
  const kernels::ConcurrencyCoefficients& t = model.concurrency;
  c.work.thread_bytes_per_s = kernels::thread_bytes_per_s(
      kernels::element_access(c.work.pattern), is_hbm2 ? t.hbm2e_load_s : t.hbm3_load_s,
      is_hbm2 ? t.hbm2e_store_s : t.hbm3_store_s);
  read_unit(row, named ? WorkUnitKind::bandwidth : WorkUnitKind::cells, c);
}

// Halos of a grid that several chips share.
void read_halo(const KernelRow& row, const WorkloadEntry& workload, MemoryBoundCase& c) {
  constexpr double usual_side_cells = 256.0;  // per chip, as the benchmark of FluidX3D has it
  const double cells = stated_units(row.size);
  const double side = cells > 0.0 ? std::cbrt(cells) : usual_side_cells;
  c.work.halo_bytes_per_unit =
      kernels::halo_bytes_per_cell(c.chips, workload.face_bytes_per_unit->value, side);
  constexpr double share_of_link = 0.7;  // assumed, as of large peer-to-peer copies
  const bool is_direct =
      contains(row.app, "nvlink") || contains(row.app, "peer") || contains(row.app, "p2p");
  if (is_direct) c.work.halo_bytes_per_s = share_of_link * c.chip.scale_up_bytes_per_s;
  c.assumed = fmt::format("halos of a cube of {:.0f} cells a side on each chip, through {}", side,
                          is_direct ? "the link between chips" : "the host");
}

void read_lattice_case(const KernelRow& row, const Catalogue& catalogue, MemoryBoundCase& c) {
  const std::string text = row.app + " " + row.precision + " " + row.size;
  const char* name = contains(text, "fp16c")  ? "lbm-d3q19-fp16c"
                     : contains(text, "fp16") ? "lbm-d3q19-fp16"
                                              : "lbm-d3q19";
  const WorkloadEntry* workload = catalogue.find_workload(name);
  if (workload == nullptr) {
    c.skipped = std::string("the catalogue has no workload `") + name + "`";
    return;
  }
  c.work = work_of(*workload);
  // Another set of velocities moves and computes in proportion to its populations.
  constexpr double catalogue_populations = 19.0;
  const double populations = lattice_populations(row.app);
  if (populations > 0.0) {
    const double scale = populations / catalogue_populations;
    c.work.bytes_per_unit = (c.work.bytes_per_unit - 1.0) * scale + 1.0;  // a byte of flags
    c.work.flop_per_unit *= scale;
    c.work.accesses_per_unit *= scale;
  }
  if (c.chips > 1.0 && workload->face_bytes_per_unit) read_halo(row, *workload, c);
  read_unit(row, WorkUnitKind::cells, c);
}

// Work with a unit of its own: HPCG in operations, graph searches in edges.
void read_counted_case(const KernelRow& row, const WorkloadEntry& workload, MemoryBoundCase& c) {
  c.work = work_of(workload);
  if (workload.max_bytes_per_unit) c.max_bytes_per_unit = workload.max_bytes_per_unit->value;
  const bool is_grid = c.work.pattern == AccessPattern::stencil;
  read_unit(row,
            workload.name == "bfs" || workload.name == "pagerank" ? WorkUnitKind::edges
            : is_grid                                             ? WorkUnitKind::cells
            : c.work.unit == kernels::ArithmeticUnit::matrix_8bit ||
                    c.work.unit == kernels::ArithmeticUnit::matrix_16bit
                ? WorkUnitKind::samples
                : WorkUnitKind::items,
            c);
}

void read_dlrm_case(const KernelRow& row, const Catalogue& catalogue,
                    const SubmissionShares& shares, MemoryBoundCase& c) {
  const WorkloadEntry* workload = catalogue.find_workload("dlrm-v2");
  if (workload == nullptr) {
    c.skipped = "the catalogue has no workload `dlrm-v2`";
    return;
  }
  c.work = work_of(*workload);
  c.work.resident_bytes = 0.0;  // tables that do not fit one chip are distributed over several
  read_unit(row, WorkUnitKind::samples, c);
  const auto add = [&](double share, const char* what) {
    c.rate_factor *= share;
    c.assumed += fmt::format("{}{} of the rate: {}", c.assumed.empty() ? "" : "; ",
                             human_number(share), what);
  };
  if (contains(row.app, "server")) add(shares.latency_limit, "latency limit of an open load");
  if (row.power_limited == 1.0) add(shares.power_limit, "a lower power limit, not stated");
  // NVIDIA's submission of v4.0 is 1.6 times as fast on the same chip as that of v3.1.
  if (row.round.starts_with("v3.")) add(shares.old_software, "software of 2023");
}

}  // namespace

std::vector<MemoryBoundCase> read_memory_bound_cases(const CsvTable& table,
                                                     const Catalogue& catalogue,
                                                     const MemoryBoundModel& model) {
  std::vector<MemoryBoundCase> cases;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    MemoryBoundCase c;
    c.id = table.field(i, "id");
    c.source = table.field(i, "source");
    c.chip_name = table.field(i, "chip");
    c.app = table.field(i, "kernel_app");
    c.unit = table.field(i, "unit");
    c.measured = table.number(i, "value").value_or(0.0);
    c.chips = table.number(i, "n_gpus").value_or(1.0);
    const KernelRow row = {.app = lower_case(c.app),
                           .size = lower_case(table.field(i, "problem_size")),
                           .precision = lower_case(table.field(i, "precision")),
                           .bytes = table.field(i, "bytes_model"),
                           .round = lower_case(table.field(i, "mlperf_round")),
                           .power_limited = table.number(i, "power_limited").value_or(0.0),
                           .chip = catalogue.find_chip(c.chip_name)};
    const auto unit = work_unit(c.unit);
    const WorkloadEntry* const workload = workload_of_kernel(row.app, catalogue);
    const bool is_bandwidth =
        unit && (unit->kind == WorkUnitKind::bandwidth || unit->kind == WorkUnitKind::share);
    if (row.chip == nullptr) {
      c.skipped = unknown_chip(catalogue, c.chip_name);
    } else if (!row.chip->memory_bandwidth_bytes_per_s) {
      c.skipped = "the memory bandwidth of `" + c.chip_name + "` is not known";
    } else {
      c.chip = chip_params(*row.chip);
      c.chip_name = row.chip->name;
      if (contains(row.app, "dlrm"))
        read_dlrm_case(row, catalogue, model.recommendation, c);
      else if (contains(row.app, "fluidx3d") || contains(row.app, "lbm") ||
               contains(row.app, "lattice"))
        read_lattice_case(row, catalogue, c);
      else if (is_bandwidth || workload == nullptr)
        read_bandwidth_case(row, model, c);
      else
        read_counted_case(row, *workload, c);
      if (c.skipped.empty()) {
        const std::string stand_in = model.stand_in(row.chip->name, c.chip.generation);
        if (!stand_in.empty()) c.assumed += (c.assumed.empty() ? "" : "; ") + stand_in;
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
      const auto result =
          kernels::run_memory_bound(c.chip, model.of(c.chip_name, c.chip.generation), c.work);
      const double rate = c.rate_factor * result.units_per_s * c.chips / c.per_unit;
      r.predicted = c.is_time ? 1.0 / rate : rate;
      r.assumed = c.assumed;
      r.traits = memory_bound_traits(c.work, c.chips);
      if (r.measured) r.error_percent = 100.0 * (*r.predicted / *r.measured - 1.0);
      if (c.max_bytes_per_unit > 0.0) skip_best_case(c, *r.predicted, r);
    }
    results.push_back(std::move(r));
  }
  return results;
}

}  // namespace tranche
