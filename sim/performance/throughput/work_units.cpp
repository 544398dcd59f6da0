// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/work_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

// Lower case without blanks, "/sec" and "/second" as "/s".
std::string plain(std::string_view unit) {
  std::string text;
  for (const char c : unit.substr(0, 64))
    if (c != ' ') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view ending : {"/second", "/sec"})
    if (text.ends_with(ending)) text.resize(text.size() - ending.size() + 2);
  return text;
}

struct Unit {
  std::string_view name;
  double one;
};

template <std::size_t Count>
std::optional<double> one_of(const Unit (&units)[Count], std::string_view text) {
  const std::string name = plain(text);
  const Unit* const found = std::find_if(std::begin(units), std::end(units),
                                         [&](const Unit& unit) { return unit.name == name; });
  return found == std::end(units) ? std::nullopt : std::optional(found->one);
}

constexpr double kibi = 1024.0;

}  // namespace

std::optional<double> bandwidth_unit_bytes_per_s(std::string_view unit) {
  static constexpr Unit units[] = {{"b/s", 1},
                                   {"bytes/s", 1},
                                   {"mb/s", 1e6},
                                   {"mbytes/s", 1e6},
                                   {"gb/s", 1e9},
                                   {"gbytes/s", 1e9},
                                   {"tb/s", 1e12},
                                   {"tbytes/s", 1e12},
                                   {"mib/s", kibi * kibi},
                                   {"mibytes/s", kibi * kibi},
                                   {"gib/s", kibi * kibi * kibi},
                                   {"gibytes/s", kibi * kibi * kibi},
                                   {"tib/s", kibi * kibi * kibi * kibi}};
  // "Gb/s" and "Gbps" are bits in network descriptions.
  if (unit.find("b/s") != std::string_view::npos || unit.find("bps") != std::string_view::npos)
    return std::nullopt;
  return one_of(units, unit);
}

std::optional<double> lattice_unit_per_s(std::string_view unit) {
  static constexpr Unit units[] = {{"mlups/s", 1e6},
                                   {"mlup/s", 1e6},
                                   {"mlups", 1e6},
                                   {"glups/s", 1e9},
                                   {"glup/s", 1e9},
                                   {"glups", 1e9},
                                   {"millionlatticeupdates/s", 1e6},
                                   {"billionlatticeupdates/s", 1e9},
                                   {"latticeupdates/s", 1},
                                   {"cellupdates/s", 1}};
  return one_of(units, unit);
}

std::optional<double> operations_unit_per_s(std::string_view unit) {
  static constexpr Unit units[] = {{"gflop/s", 1e9},  {"gflops", 1e9},   {"gflops/s", 1e9},
                                   {"tflop/s", 1e12}, {"tflops", 1e12},  {"tflops/s", 1e12},
                                   {"mflop/s", 1e6},  {"pflop/s", 1e15}, {"flop/s", 1}};
  return one_of(units, unit);
}

std::optional<double> edges_unit_per_s(std::string_view unit) {
  static constexpr Unit units[] = {
      {"gteps", 1e9}, {"mteps", 1e6}, {"teps", 1}, {"edges/s", 1}, {"gedges/s", 1e9}};
  return one_of(units, unit);
}

std::optional<double> samples_unit_per_s(std::string_view unit) {
  static constexpr Unit units[] = {{"samples/s", 1}, {"sample/s", 1},    {"queries/s", 1},
                                   {"query/s", 1},   {"requests/s", 1},  {"req/s", 1},
                                   {"qps", 1},       {"ksamples/s", 1e3}};
  return one_of(units, unit);
}

std::string customary_text(const WorkloadEntry& workload, double units_per_s) {
  const bool counts_operations = workload.customary_unit == "GFLOP/s";
  if (workload.customary_unit.empty() || (counts_operations && !workload.flop_per_unit)) return {};
  constexpr double giga = 1e9;
  const double one = counts_operations ? workload.flop_per_unit->value : 1.0;
  return fmt::format("{} {}", human_number(units_per_s * one / giga), workload.customary_unit);
}

}  // namespace tranche
