// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/memory_bound_kernels.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <regex>

#include "sim/input/plain_text.hpp"

namespace tranche {
namespace {

using kernels::AccessPattern;

// Kernels measured by bandwidth, by a word of their name; the first match counts.
struct NamedPattern {
  std::string_view word;
  AccessPattern pattern;
};
constexpr NamedPattern named_patterns[] = {
    {"stencil", AccessPattern::stencil},   {"3pt", AccessPattern::stencil},
    {"5pt", AccessPattern::stencil},       {"7pt", AccessPattern::stencil},
    {"27pt", AccessPattern::stencil},      {"jacobi", AccessPattern::stencil},
    {"laplac", AccessPattern::stencil},    {"spmv", AccessPattern::sparse},
    {"hpcg", AccessPattern::sparse},       {"embedding", AccessPattern::gather},
    {"gather", AccessPattern::gather},     {"scatter", AccessPattern::gather},
    {"random", AccessPattern::sector},     {"gups", AccessPattern::sector},
    {"pointer", AccessPattern::dependent}, {"copy", AccessPattern::copy},
    {"memcpy", AccessPattern::copy},       {"d2d", AccessPattern::copy},
    {"mul", AccessPattern::copy},          {"scale", AccessPattern::copy},
    {"transpose", AccessPattern::copy},    {"triad", AccessPattern::triad},
    {"axpy", AccessPattern::triad},        {"add", AccessPattern::triad},
    {"stream", AccessPattern::triad},      {"dot", AccessPattern::read},
    {"reduc", AccessPattern::read},        {"sum", AccessPattern::read},
    {"scan", AccessPattern::read},         {"read", AccessPattern::read},
    {"load", AccessPattern::read},         {"write", AccessPattern::write},
    {"memset", AccessPattern::write},      {"fill", AccessPattern::write},
    {"init", AccessPattern::write},        {"store", AccessPattern::write}};

struct NamedWorkload {
  std::string_view word;
  const char* workload;
};
constexpr NamedWorkload named_workloads[] = {{"hpcg", "hpcg"},
                                             {"graph500", "bfs"},
                                             {"bfs", "bfs"},
                                             {"breadth-first", "bfs"},
                                             {"spmv", "spmv-27"},
                                             {"27pt", "stencil-27"},
                                             {"27-point", "stencil-27"},
                                             {"27 point", "stencil-27"},
                                             {"7pt", "stencil-7"},
                                             {"7-point", "stencil-7"},
                                             {"laplac", "stencil-7"},
                                             {"jacobi", "jacobi-2d"},
                                             {"5-point", "jacobi-2d"},
                                             {"pagerank", "pagerank"},
                                             {"xsbench", "particle-xs-lookup"},
                                             {"embedding", "embedding-fp32"},
                                             {"hash", "hash-join-probe"},
                                             {"black-scholes", "black-scholes"},
                                             {"blackscholes", "black-scholes"},
                                             {"scan", "columnar-scan"},
                                             {"aggregat", "stream-aggregation"},
                                             {"resnet", "convolution"},
                                             {"vit-b", "vision-transformer"},
                                             {"triad", "stream-triad"},
                                             {"copy", "stream-copy"},
                                             {"dot", "stream-dot"}};

double first_number(const std::string& text, const char* expression) {
  std::smatch found;
  const std::regex pattern(expression, std::regex::icase);
  return std::regex_search(text, found, pattern) ? std::stod(found[1]) : 0.0;
}

// Texts of rows are short; std::regex recurses on long ones.
std::string short_text(std::string_view text) { return std::string(text.substr(0, 200)); }

}  // namespace

std::optional<AccessPattern> pattern_of_kernel(std::string_view lower_name) {
  // The name of a suite says less than that of its kernel: "BabelStream Copy", "gpu-stream read".
  std::string name(lower_name);
  for (const std::string_view suite : {"babelstream", "gpu-stream", "gpu-benches"})
    if (const std::size_t at = name.find(suite); at != std::string::npos)
      name.erase(at, suite.size());
  const auto* const named =
      std::find_if(std::begin(named_patterns), std::end(named_patterns),
                   [&](const NamedPattern& p) { return contains(name, p.word); });
  if (named == std::end(named_patterns)) return std::nullopt;
  return named->pattern;
}

std::string_view word_of_links(std::string_view lower_name) {
  constexpr std::string_view words[] = {"nccl",
                                        "rccl",
                                        "hccl",
                                        "mscclpp",
                                        "allreduce",
                                        "all_reduce",
                                        "all-reduce",
                                        "allgather",
                                        "all_gather",
                                        "all-gather",
                                        "alltoall",
                                        "all_to_all",
                                        "all-to-all",
                                        "sendrecv",
                                        "reduce_scatter",
                                        "reduce-scatter",
                                        "broadcast",
                                        "p2p",
                                        "peer-to-peer",
                                        "h2d",
                                        "d2h",
                                        "host to device",
                                        "device to host",
                                        "host-to-device",
                                        "device-to-host",
                                        "nvlink",
                                        "pcie",
                                        "infiniband",
                                        "ib_write"};
  for (const std::string_view word : words)
    if (contains(lower_name, word)) return word;
  return {};
}

const WorkloadEntry* workload_of_kernel(std::string_view lower_name, const Catalogue& catalogue) {
  for (const NamedWorkload& named : named_workloads)
    if (contains(lower_name, named.word)) return catalogue.find_workload(named.workload);
  return nullptr;
}

StatedIntensity stated_intensity(std::string_view text) {
  const std::string row = short_text(text);
  return {first_number(row, R"(([0-9]+(?:\.[0-9]+)?) ?(?:B|bytes?)\b)"),
          first_number(row, R"(([0-9]+(?:\.[0-9]+)?) ?flops?\b)")};
}

AccessPattern pattern_of_bytes(double bytes_per_unit) {
  if (bytes_per_unit <= 8.0) return AccessPattern::read;
  if (bytes_per_unit <= 16.0) return AccessPattern::copy;
  return bytes_per_unit <= 48.0 ? AccessPattern::triad : AccessPattern::lattice;
}

double stated_units(std::string_view text) {
  const std::string row = short_text(text);
  std::smatch found;
  static const std::regex power(R"(([0-9]+) ?\^ ?([23])\b)");
  if (std::regex_search(row, found, power))
    return std::pow(std::stod(found[1]), std::stod(found[2]));
  static const std::regex product(R"(([0-9]+) ?x ?([0-9]+)(?: ?x ?([0-9]+))?)");
  if (std::regex_search(row, found, product))
    return std::stod(found[1]) * std::stod(found[2]) *
           (found[3].matched ? std::stod(found[3]) : 1.0);
  return first_number(
      row, R"(([0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?) ?(?:elements|cells|points|rows|lookups)\b)");
}

double lattice_populations(std::string_view lower_name) {
  return first_number(short_text(lower_name), R"(d[23]q([0-9]{1,2}))");
}

}  // namespace tranche
