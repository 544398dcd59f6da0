// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/evidence/trait_distance.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace tranche {
namespace {

bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const bool begins = at == 0 || words[at - 1] == ' ';
    const std::size_t end = at + word.size();
    if (begins && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

// Number of words that only one of the texts has.
double different_words(std::string_view a, std::string_view b) {
  if (a == b) return 0.0;
  const auto only_in = [](std::string_view own, std::string_view other) {
    double count = 0.0;
    while (!own.empty()) {
      const std::size_t end = std::min(own.find(' '), own.size());
      if (end > 0 && !has_word(other, own.substr(0, end))) count += 1.0;
      own.remove_prefix(std::min(end + 1, own.size()));
    }
    return count;
  };
  return only_in(a, b) + only_in(b, a);
}

double doublings(double a, double b) {
  return a > 0.0 && b > 0.0 ? std::abs(std::log2(a / b)) : 0.0;
}

double chip_distance(const PredictionTraits& a, const PredictionTraits& b) {
  if (a.chip == b.chip) return 0.0;
  if (a.vendor != b.vendor) return 3.0;
  return a.generation == b.generation && a.generation != "other" ? 0.5 : 1.5;
}

double architecture_distance(std::string_view a, std::string_view b) {
  if (a == b || a.empty() || b.empty()) return 0.0;
  const double latent = has_word(a, "latent") != has_word(b, "latent") ? 1.0 : 0.0;
  return 0.5 * latent + 1.5 * (different_words(a, b) - latent);
}

// Engine of a software generation: "tensorrt_llm_pytorch" and "tensorrt_llm_eager" share one.
std::string_view engine_of(std::string_view software) {
  for (const std::string_view engine : {"tensorrt", "vllm", "sglang"})
    if (software.substr(0, engine.size()) == engine) return engine;
  return software;
}

double software_distance(const PredictionTraits& a, const PredictionTraits& b) {
  double distance = 0.0;
  if (a.software != b.software && !a.software.empty() && !b.software.empty()) {
    if (a.question == EvidenceQuestion::training)
      distance = 0.5;
    else
      distance = engine_of(a.software) == engine_of(b.software) ? 0.4 : 1.0;
  }
  if (a.software_year > 0.0 && b.software_year > 0.0)
    distance += std::min(1.6, 0.4 * std::abs(a.software_year - b.software_year));
  return distance;
}

}  // namespace

AxisDistances axis_distances(const PredictionTraits& a, const PredictionTraits& b) {
  AxisDistances d{};
  const auto at = [&](TraitAxis axis) -> double& { return d[static_cast<std::size_t>(axis)]; };
  constexpr double doublings_of_tenfold = 3.3219280948873626;  // log2(10)
  at(TraitAxis::chip) = chip_distance(a, b);
  at(TraitAxis::architecture) = architecture_distance(a.architecture, b.architecture);
  at(TraitAxis::precision) = 0.5 * doublings(a.weight_bits, b.weight_bits);
  at(TraitAxis::software) = software_distance(a, b);
  at(TraitAxis::scale) = 0.15 * doublings(a.chips, b.chips);
  at(TraitAxis::model_size) = 0.5 * doublings(a.parameters, b.parameters) / doublings_of_tenfold;
  at(TraitAxis::sequence_length) = 0.1 * doublings(a.sequence_tokens, b.sequence_tokens);
  at(TraitAxis::batch) = 0.1 * doublings(a.sequences_per_chip, b.sequences_per_chip);
  at(TraitAxis::layout) = 0.3 * different_words(a.layout, b.layout);
  at(TraitAxis::work) = a.work == b.work ? 0.0 : 1.5;
  return d;
}

double trait_distance(const PredictionTraits& a, const PredictionTraits& b) {
  double sum = 0.0;
  for (const double d : axis_distances(a, b)) sum += d;
  return sum;
}

}  // namespace tranche
