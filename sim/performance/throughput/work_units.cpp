// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/throughput/work_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

struct Named {
  std::string_view name;
  double one;
};

// Multiples in words and letters; a binary one only before bytes.
constexpr double kibi = 1024.0;
constexpr Named multiples[] = {{"", 1},
                               {"k", 1e3},
                               {"m", 1e6},
                               {"g", 1e9},
                               {"t", 1e12},
                               {"p", 1e15},
                               {"kilo", 1e3},
                               {"thousand", 1e3},
                               {"mega", 1e6},
                               {"million", 1e6},
                               {"giga", 1e9},
                               {"billion", 1e9},
                               {"tera", 1e12},
                               {"trillion", 1e12},
                               {"1e6", 1e6},
                               {"1e9", 1e9},
                               {"10^6", 1e6},
                               {"10^9", 1e9},
                               {"ki", kibi},
                               {"mi", kibi* kibi},
                               {"gi", kibi* kibi* kibi},
                               {"ti", kibi* kibi* kibi* kibi}};

// What is counted. `is_rate`: the word itself says "per second", as FLOPS and TEPS do.
struct Counted {
  std::string_view name;
  WorkUnitKind kind;
  bool is_rate = false;
};
constexpr Counted counted[] = {{"b", WorkUnitKind::bandwidth},
                               {"byte", WorkUnitKind::bandwidth},
                               {"bytes", WorkUnitKind::bandwidth},
                               {"lup", WorkUnitKind::cells, true},
                               {"lups", WorkUnitKind::cells, true},
                               {"flups", WorkUnitKind::cells, true},
                               {"latticeupdate", WorkUnitKind::cells},
                               {"latticeupdates", WorkUnitKind::cells},
                               {"latticesites", WorkUnitKind::cells},
                               {"siteupdates", WorkUnitKind::cells},
                               {"sites", WorkUnitKind::cells},
                               {"cellupdates", WorkUnitKind::cells},
                               {"cell", WorkUnitKind::cells},
                               {"cells", WorkUnitKind::cells},
                               {"gridpoints", WorkUnitKind::cells},
                               {"points", WorkUnitKind::cells},
                               {"dof", WorkUnitKind::cells},
                               {"updates", WorkUnitKind::cells},
                               {"flop", WorkUnitKind::operations},
                               {"flops", WorkUnitKind::operations, true},
                               {"op", WorkUnitKind::operations},
                               {"ops", WorkUnitKind::operations, true},
                               {"teps", WorkUnitKind::edges, true},
                               {"edge", WorkUnitKind::edges},
                               {"edges", WorkUnitKind::edges},
                               {"traversededges", WorkUnitKind::edges},
                               {"sample", WorkUnitKind::samples},
                               {"samples", WorkUnitKind::samples},
                               {"query", WorkUnitKind::samples},
                               {"queries", WorkUnitKind::samples},
                               {"qps", WorkUnitKind::samples, true},
                               {"request", WorkUnitKind::samples},
                               {"requests", WorkUnitKind::samples},
                               {"req", WorkUnitKind::samples},
                               {"inferences", WorkUnitKind::samples},
                               {"image", WorkUnitKind::samples},
                               {"images", WorkUnitKind::samples},
                               {"img", WorkUnitKind::samples},
                               {"lookup", WorkUnitKind::items},
                               {"lookups", WorkUnitKind::items},
                               {"probes", WorkUnitKind::items},
                               {"rows", WorkUnitKind::items},
                               {"tuples", WorkUnitKind::items},
                               {"keys", WorkUnitKind::items},
                               {"elements", WorkUnitKind::items},
                               {"events", WorkUnitKind::items},
                               {"options", WorkUnitKind::items},
                               {"items", WorkUnitKind::items},
                               {"it", WorkUnitKind::steps},
                               {"iter", WorkUnitKind::steps},
                               {"iters", WorkUnitKind::steps},
                               {"iteration", WorkUnitKind::steps},
                               {"iterations", WorkUnitKind::steps},
                               {"step", WorkUnitKind::steps},
                               {"steps", WorkUnitKind::steps},
                               {"timesteps", WorkUnitKind::steps}};

constexpr Named times[] = {
    {"s", 1},       {"sec", 1},   {"second", 1},   {"seconds", 1},         {"ms", 1e-3},
    {"msec", 1e-3}, {"us", 1e-6}, {"usec", 1e-6},  {"\xc2\xb5s", 1e-6},    {"\xce\xbcs", 1e-6},
    {"ns", 1e-9},   {"min", 60},  {"minutes", 60}, {"milliseconds", 1e-3}, {"microseconds", 1e-6}};
constexpr Named shares[] = {
    {"%", 0.01},     {"%ofpeak", 0.01},     {"percent", 0.01},  {"percentofpeak", 0.01},
    {"%peak", 0.01}, {"fractionofpeak", 1}, {"shareofpeak", 1}, {"ofpeak", 1}};

// Lower case, without blanks and joining marks, at most 64 letters.
std::string plain(std::string_view unit) {
  std::string text;
  for (const char c : unit.substr(0, 64))
    if (c != ' ' && c != '_' && c != '-')
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Takes "per second" in any spelling off the end; says whether it was there.
bool take_per_second(std::string& text) {
  for (const std::string_view ending :
       {"/second", "/sec", "/s", "persecond", "persec", "s^1", "ps"}) {
    const bool is_letters = ending == "ps";  // "GBps", but not "MLUPs"
    if (!text.ends_with(ending) || (is_letters && !text.ends_with("bps"))) continue;
    text.resize(text.size() - ending.size());
    return true;
  }
  return false;
}

const Named* find_named(std::string_view name, const Named* begin, const Named* end) {
  const Named* const found =
      std::find_if(begin, end, [&](const Named& named) { return named.name == name; });
  return found == end ? nullptr : found;
}

}  // namespace

std::optional<WorkUnit> work_unit(std::string_view unit) {
  // "Gb/s" and "Gbps" are bits in network descriptions.
  for (const std::string_view bits : {"b/s", "bps", "bit"})
    if (unit.find(bits) != std::string_view::npos) return std::nullopt;
  std::string text = plain(unit);
  if (const Named* const time = find_named(text, std::begin(times), std::end(times)))
    return WorkUnit{WorkUnitKind::time, time->one};
  if (const Named* const share = find_named(text, std::begin(shares), std::end(shares)))
    return WorkUnit{WorkUnitKind::share, share->one};
  const bool per_second = take_per_second(text);
  for (const Counted& what : counted) {
    if (!text.ends_with(what.name) || (!per_second && !what.is_rate)) continue;
    const std::string_view before(text.data(), text.size() - what.name.size());
    const Named* const multiple = find_named(before, std::begin(multiples), std::end(multiples));
    const bool is_binary = before.size() == 2 && before.ends_with('i');
    if (multiple == nullptr || (is_binary && what.kind != WorkUnitKind::bandwidth)) continue;
    return WorkUnit{what.kind, multiple->one};
  }
  return std::nullopt;
}

std::string work_unit_examples(const std::vector<WorkUnitKind>& kinds) {
  static constexpr std::string_view examples[] = {"MB/s, GB/s, GiB/s, TB/s",
                                                  "MLUP/s, GLUP/s, Mcells/s",
                                                  "GFLOP/s, TFLOP/s",
                                                  "MTEPS, GTEPS",
                                                  "samples/s, queries/s",
                                                  "lookups/s, Mrows/s",
                                                  "iterations/s",
                                                  "s, ms, us",
                                                  "% of peak"};
  std::string text;
  for (const WorkUnitKind kind : kinds)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", examples[static_cast<std::size_t>(kind)]);
  return text;
}

std::string customary_text(const WorkloadEntry& workload, double units_per_s) {
  const bool counts_operations = workload.customary_unit == "GFLOP/s";
  if (workload.customary_unit.empty() || (counts_operations && !workload.flop_per_unit)) return {};
  constexpr double giga = 1e9;
  const double one = counts_operations ? workload.flop_per_unit->value : 1.0;
  return fmt::format("{} {}", human_number(units_per_s * one / giga), workload.customary_unit);
}

}  // namespace tranche
