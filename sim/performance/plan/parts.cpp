// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/parts.hpp"

#include <fmt/format.h>

#include "kernels/models/chip/operators.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

std::string seconds_text(double value_s) {
  return value_s >= 1.0 ? fmt::format("{:.2f} s", value_s)
                        : fmt::format("{:.1f} ms", 1e3 * value_s);
}

Cell gigabytes(double bytes) { return {fmt::format("{:.1f} GB", bytes / 1e9), bytes}; }

struct NamedTraffic {
  const char* name;
  const char* key;
  kernels::Traffic traffic;
};

std::vector<NamedTraffic> traffic_of(const kernels::StepDetail& d) {
  return {{"tensor (TP)", "tensor", d.tensor},
          {"experts (EP)", "expert", d.expert},
          {"context (CP)", "context", d.context},
          {"data (DP, ZeRO)", "data", d.data},
          {"pipeline (PP)", "pipeline", d.pipeline}};
}

struct NamedValue {
  const char* name;
  const char* key;
  double value;
};

std::vector<NamedValue> operators_of(const kernels::StepDetail& d) {
  return {{"attention projections", "attention_projections_s", d.operators.attention_projections_s},
          {"attention core", "attention_core_s", d.operators.attention_core_s},
          {"MLP and experts", "mlp_s", d.operators.mlp_s},
          {"embedding and logits", "logits_s", d.logits_s},
          {"elementwise", "elementwise_s", d.operators.elementwise_s}};
}

std::vector<NamedValue> waits_of(const kernels::StepDetail& d) {
  return {{"fill and drain", "fill_s", d.fill_s},
          {"uneven stages", "uneven_s", d.uneven_s},
          {"slots without sequences", "idle_slots_s", d.idle_s}};
}

double capacity_bytes(const PlanQuestion& q) { return q.system.chip.memory_capacity_bytes; }

std::vector<NamedValue> memory_of(const PlanQuestion& q, const kernels::TrainingMemory& m) {
  return {{"weights", "weights_bytes", m.weights_bytes},
          {"gradients", "gradients_bytes", m.gradients_bytes},
          {"optimizer", "optimizer_state_bytes", m.optimizer_bytes},
          {"activations", "activations_bytes", m.activations_bytes},
          {"logits", "logits_bytes", m.logits_bytes},
          {"reserve", "reserve_bytes", m.reserve_bytes},
          {"room left", "room_bytes", capacity_bytes(q) - kernels::total_bytes(m)}};
}

double peak_flop_per_s(const PlanQuestion& q) {
  return kernels::sustained_peak(q.system.chip, q.job.precision);
}

Cell percent(double part, double whole) {
  return {fmt::format("{:.1f} %", 100.0 * part / whole), part};
}

}  // namespace

std::vector<PlanPart> plan_parts(const PlanQuestion& question, const RankedPlan& plan) {
  std::vector<PlanPart> out = {
      {"micro_batch_slots", {fmt::format("{:.0f}", plan.count.slots), plan.count.slots}},
      {"micro_batches_filled", {fmt::format("{:.2f}", plan.count.filled), plan.count.filled}},
      {"mfu_peak_flop_per_s",
       {human_number(peak_flop_per_s(question)), peak_flop_per_s(question)}}};
  const auto add_seconds = [&out](const std::string& key, double value_s) {
    out.push_back({key, {seconds_text(value_s), value_s}});
  };
  for (const NamedValue& v : operators_of(plan.detail)) add_seconds(v.key, v.value);
  for (const NamedTraffic& t : traffic_of(plan.detail)) {
    add_seconds(std::string(t.key) + "_exposed_s", t.traffic.exposed_s);
    add_seconds(std::string(t.key) + "_hidden_s", t.traffic.hidden_s);
  }
  for (const NamedValue& v : waits_of(plan.detail)) add_seconds(v.key, v.value);
  for (const NamedValue& v : memory_of(question, plan.memory))
    out.push_back({v.key, gigabytes(v.value)});
  return out;
}

std::string plan_detail_text(const PlanProblem& problem, const RankedPlan& plan) {
  const PlanQuestion& q = problem.question;
  constexpr double tera = 1e12;
  std::string text = fmt::format("plan 1 in detail: MFU of the dense {} peak, {} TFLOP/s a chip\n",
                                 problem.precision, human_number(peak_flop_per_s(q) / tera));
  if (plan.count.slots > plan.count.filled)
    text += fmt::format(
        "{:.0f} micro-batches a replica, {:.2f} of them with sequences: the batch "
        "does not divide\n",
        plan.count.slots, plan.count.filled);
  const auto table_of = [&](const char* title, const std::vector<NamedValue>& values) {
    TextTable table{{{title, "part"}, {"time", "time_s"}, {"of step", "share"}}, {}};
    for (const NamedValue& v : values)
      table.rows.push_back(
          {v.name, {seconds_text(v.value), v.value}, percent(v.value, plan.step_s)});
    return "\n" + aligned_text(table);
  };
  text += table_of("compute", operators_of(plan.detail));
  TextTable network{
      {{"network", "part"}, {"exposed", "exposed_s"}, {"of step", "share"}, {"hidden", "hidden_s"}},
      {}};
  for (const NamedTraffic& t : traffic_of(plan.detail))
    network.rows.push_back({t.name,
                            {seconds_text(t.traffic.exposed_s), t.traffic.exposed_s},
                            percent(t.traffic.exposed_s, plan.step_s),
                            {seconds_text(t.traffic.hidden_s), t.traffic.hidden_s}});
  text += "\n" + aligned_text(network);
  text += table_of("bubble", waits_of(plan.detail));
  TextTable memory{{{"memory", "part"}, {"fullest chip", "bytes"}, {"of it", "share"}}, {}};
  for (const NamedValue& v : memory_of(q, plan.memory))
    memory.rows.push_back({v.name, gigabytes(v.value), percent(v.value, capacity_bytes(q))});
  return text + "\n" + aligned_text(memory);
}

}  // namespace tranche
