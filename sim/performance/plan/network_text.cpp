// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/network_text.hpp"

#include <regex>

#include "sim/input/plain_text.hpp"

namespace tranche {
namespace {

// Case matters: Gb and G are bits, GB are bytes.
double bytes_per_unit(const std::string& unit) {
  if (unit.size() >= 2 && unit[1] == 'B') return unit[0] == 'T' ? 1e12 : 1e9;
  return (unit[0] == 'T' ? 1e12 : 1e9) / 8.0;
}

}  // namespace

std::optional<double> network_bytes_per_s_per_chip(const std::string& text, double chips_per_node) {
  if (chips_per_node < 1.0) chips_per_node = 1.0;
  // [count x] [( count x] rate [/ other rate] unit
  static const std::regex counted(
      R"((\d+)\s*[xX*]\s*\(?\s*(?:(\d+)\s*[xX*]\s*)?(?:[A-Za-z][\w-]*\s+)?(\d+(?:\.\d+)?)(?:/\d+)?\s*([GT](?:bps|b|B|bit)?))");
  static const std::regex bare(R"((\d+(?:\.\d+)?)(?:/\d+)?\s*([GT](?:bps|bit|b|B|\b)))");
  std::smatch found;
  if (std::regex_search(text, found, counted)) {
    const double inner = found[2].matched ? std::stod(found[2]) : 1.0;
    return std::stod(found[1]) * inner * std::stod(found[3]) * bytes_per_unit(found[4]) /
           chips_per_node;
  }
  if (!std::regex_search(text, found, bare)) return std::nullopt;
  const double rate = std::stod(found[1]) * bytes_per_unit(found[2]);
  const std::string words = lower_case(text);
  const bool whole_node = contains(words, "per node") || contains(words, "/node") ||
                          (contains(words, "node") && !contains(words, "per gpu"));
  return whole_node ? rate / chips_per_node : rate;
}

ScaleUpText scale_up_from_text(const std::string& text) {
  static const std::regex rate(R"((\d+(?:\.\d+)?)\s*([GT]B))");
  static const std::regex rack(R"(NVL\s*(\d+))");
  ScaleUpText out;
  std::smatch found;
  if (std::regex_search(text, found, rate)) {
    out.bytes_per_s = 0.5 * std::stod(found[1]) * bytes_per_unit(found[2]);
  }
  if (std::regex_search(text, found, rack)) out.chips = std::stod(found[1]);
  return out;
}

}  // namespace tranche
