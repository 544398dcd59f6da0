// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/case_layout.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tranche {
namespace {

// Numbers of one row; heads and layers of the model if blank, else 1 if blank or zero.
class Numbers {
 public:
  Numbers(const CsvTable& table, std::size_t row, const ModelEntry* model)
      : table_(table), row_(row), model_(model) {}
  double of(const char* column, double otherwise = 1.0) const {
    const auto value = table_.number(row_, column);
    return value && *value > 0 ? *value : otherwise;
  }
  double heads() const { return of("n_heads", model_ != nullptr ? model_->shape.heads : 1.0); }
  double layers() const { return of("n_layers", model_ != nullptr ? model_->shape.layers : 1.0); }
  bool has(const char* column) const { return of(column, 0.0) > 0.0; }

 private:
  const CsvTable& table_;
  std::size_t row_;
  const ModelEntry* model_;
};

bool divides(double part, double whole) { return std::fmod(whole, part) == 0.0; }

std::string heads_problem(const Numbers& n) {
  if (!divides(n.of("TP"), n.heads()))
    return fmt::format("TP {:.0f} does not divide {:.0f} heads", n.of("TP"), n.heads());
  if (n.of("PP") > n.layers())
    return fmt::format("PP {:.0f} is above {:.0f} layers", n.of("PP"), n.layers());
  return {};
}

std::string experts_problem(const Numbers& n) {
  const double experts = n.of("n_experts", 0.0), parallel = n.of("EP");
  if (experts > 1.0 && !divides(parallel, experts))
    return fmt::format("EP {:.0f} does not divide {:.0f} experts", parallel, experts);
  return {};
}

std::string batch_problem(const Numbers& n, double replicas) {
  const double batch = n.of("global_batch");
  if (batch < replicas)
    return fmt::format("a batch of {:.0f} is smaller than its {:.0f} data-parallel replicas", batch,
                       replicas);
  if (!divides(replicas, batch))
    return fmt::format("a batch of {:.0f} is no multiple of its {:.0f} data-parallel replicas",
                       batch, replicas);
  if (n.has("micro_batch") && batch < replicas * n.of("micro_batch"))
    return fmt::format("a batch of {:.0f} has no whole micro-batch of {:.0f} for {:.0f} replicas",
                       batch, n.of("micro_batch"), replicas);
  if (n.has("micro_batch") && !divides(n.of("micro_batch"), batch / replicas))
    return fmt::format("{:.0f} sequences of each replica are no whole micro-batches of {:.0f}",
                       batch / replicas, n.of("micro_batch"));
  return {};
}

}  // namespace

std::string training_layout_problem(const CsvTable& table, std::size_t row,
                                    const ModelEntry* model) {
  const Numbers n(table, row, model);
  const double chips = n.of("n_gpus");
  const double ranks = n.of("TP") * n.of("PP") * n.of("CP");
  if (!divides(ranks, chips))
    return fmt::format("TP x PP x CP = {:.0f} does not divide {:.0f} chips", ranks, chips);
  if (n.has("DP") && ranks * n.of("DP") != chips)
    return fmt::format("TP x PP x CP x DP = {:.0f} is not {:.0f} chips", ranks * n.of("DP"), chips);
  std::string problem = heads_problem(n);
  if (problem.empty()) problem = experts_problem(n);
  if (problem.empty() && n.of("n_experts", 0.0) > 1.0 && !divides(n.of("EP"), chips / n.of("PP")))
    problem = fmt::format("EP {:.0f} does not divide the {:.0f} chips of a stage", n.of("EP"),
                          chips / n.of("PP"));
  if (problem.empty()) problem = batch_problem(n, chips / ranks);
  return problem;
}

std::string inference_layout_problem(const CsvTable& table, std::size_t row,
                                     const ModelEntry* model) {
  const Numbers n(table, row, model);
  const std::string scenario = table.field(row, "scenario");
  if (scenario.starts_with("disaggregated") || scenario == "production prefill")
    return heads_problem(n);  // the layout of one replica of a pool
  const double chips = n.of("n_gpus"), ranks = n.of("TP") * n.of("PP");
  if (ranks > chips) return fmt::format("TP x PP = {:.0f} is above {:.0f} chips", ranks, chips);
  if (!divides(ranks, chips))
    return fmt::format("TP x PP = {:.0f} does not divide {:.0f} chips", ranks, chips);
  if (n.has("TP") && n.of("DP") > 1.0 && ranks * n.of("DP") != chips)
    return fmt::format("TP x PP x DP = {:.0f} is not {:.0f} chips", ranks * n.of("DP"), chips);
  std::string problem = heads_problem(n);
  if (problem.empty()) problem = experts_problem(n);
  if (problem.empty() && n.of("n_experts", 0.0) > 1.0 && n.of("EP") > chips)
    problem = fmt::format("EP {:.0f} is above {:.0f} chips", n.of("EP"), chips);
  return problem;
}

std::string uneven_stages(const CsvTable& table, std::size_t row, const ModelEntry* model) {
  const Numbers n(table, row, model);
  const double stages = n.of("PP"), layers = n.layers();
  for (const double tables : {0.0, 1.0, 2.0})
    if (divides(stages, layers + tables)) return {};
  return fmt::format("stages of up to {:.0f} layers", std::ceil(layers / stages));
}

}  // namespace tranche
