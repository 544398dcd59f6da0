// SPDX-License-Identifier: Apache-2.0

// Reads workloads.toml and yardsticks.toml.
#include <fmt/format.h>

#include "sim/catalogue/catalogue_reader.hpp"
#include "sim/performance/coefficients/memory_bound.hpp"

namespace tranche {
namespace {

std::vector<MeasuredEfficiency> read_measured(const CatalogueFile& file, TableReader& workload,
                                              const std::string& subject) {
  std::vector<MeasuredEfficiency> measured;
  for (const toml::table* table : workload.tables("measured")) {
    TableReader reader(file, *table, fmt::format("`measured` of {}", subject));
    MeasuredEfficiency efficiency;
    efficiency.chip = reader.text("chip");
    const std::string source = reader.source("source");
    efficiency.share_of_peak = reader.required_number("share_of_peak", UnitKind::fraction, source);
    reader.finish();
    measured.push_back(std::move(efficiency));
  }
  return measured;
}

WorkloadEntry read_workload(const CatalogueFile& file, const toml::table& table) {
  TableReader reader(file, table, "a workload");
  WorkloadEntry workload;
  workload.where = reader.where();
  workload.name = reader.text("name");
  const std::string subject = fmt::format("workload `{}`", workload.name);
  reader.rename(subject);
  workload.aliases = reader.texts("aliases");
  workload.title = reader.text_or("title", workload.name);
  workload.unit_of_work = reader.text("unit_of_work");
  workload.precision = reader.text("precision");
  workload.source = reader.source("source");
  const std::string confidence =
      reader.choice("confidence", {"published", "derived", "assumed"}, "published");
  workload.confidence = confidence == "derived"   ? Confidence::derived
                        : confidence == "assumed" ? Confidence::assumed
                                                  : Confidence::published;
  workload.flop_per_unit = reader.number("flop_per_unit", UnitKind::flop, workload.source);
  workload.bytes_per_unit =
      reader.required_number("bytes_per_unit", UnitKind::bytes, workload.source);
  workload.bytes_per_unit.confidence = workload.confidence;
  if (workload.flop_per_unit) workload.flop_per_unit->confidence = workload.confidence;
  workload.max_bytes_per_unit =
      reader.number("most_bytes_per_unit", UnitKind::bytes, workload.source);
  if (workload.max_bytes_per_unit &&
      workload.max_bytes_per_unit->value < workload.bytes_per_unit.value)
    file.problems->error(
        reader.where("most_bytes_per_unit"),
        fmt::format("{} has a `most_bytes_per_unit` below its `bytes_per_unit`", subject));
  const std::string customary =
      reader.choice("customary_unit", {"GFLOP/s", "GTEPS", "GLUP/s", "none"}, "none");
  if (customary != "none") workload.customary_unit = customary;
  workload.bound_by = reader.text("bound_by");
  // choice() reports a wrong name and returns the default.
  workload.pattern = access_pattern_of(reader.choice("pattern", access_pattern_names(), "triad"))
                         .value_or(workload.pattern);
  workload.arithmetic =
      arithmetic_unit_of(reader.choice("arithmetic", arithmetic_unit_names(), "vector_fp64"))
          .value_or(workload.arithmetic);
  workload.resident_bytes = reader.number("resident", UnitKind::bytes, workload.source);
  workload.accesses_per_unit = reader.number("accesses_per_unit", UnitKind::count, workload.source);
  workload.face_bytes_per_unit =
      reader.number("face_bytes_per_unit", UnitKind::bytes, workload.source);
  workload.bandwidth_efficiency = reader.number("bandwidth_efficiency", UnitKind::fraction);
  workload.measured = read_measured(file, reader, subject);
  workload.assumptions = reader.text_or("assumptions", "");
  reader.finish();
  return workload;
}

}  // namespace

void read_workloads(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader reader(file, root, "the workloads");
  reader.table("sources");
  for (const toml::table* table : reader.tables("workload")) {
    catalogue.workloads.push_back(read_workload(file, *table));
  }
  reader.finish();
}

void read_yardsticks(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader all(file, root, "the yardsticks");
  all.table("sources");
  for (const toml::table* table : all.tables("yardstick")) {
    TableReader reader(file, *table, "a yardstick");
    Yardstick yardstick;
    yardstick.where = reader.where();
    yardstick.name = reader.text("name");
    reader.rename(fmt::format("yardstick `{}`", yardstick.name));
    yardstick.definition = reader.text("definition");
    yardstick.figure = reader.choice(
        "figure", {"int8_or_fp8", "tpp", "memory_bandwidth", "bf16", "fp8", "fp4"}, "");
    yardstick.reference_chip = reader.text("reference_chip");
    yardstick.source = reader.source("source");
    yardstick.as_of = reader.text("as_of");
    reader.finish();
    catalogue.yardsticks.push_back(std::move(yardstick));
  }
  all.finish();
}

}  // namespace tranche
