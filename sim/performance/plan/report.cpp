// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/performance/plan/parts.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/json_text.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

constexpr const char* recompute_names[] = {"none", "selective", "elementwise", "alternate", "full"};
constexpr const char* sharding_names[] = {"replicated", "ZeRO-1", "ZeRO-2", "ZeRO-3", "HSDP"};
constexpr std::size_t width = 100;  // columns of a terminal

Cell whole(std::int32_t value) { return {fmt::format("{}", value), static_cast<double>(value)}; }

Cell seconds(double value) {
  return {value >= 1.0 ? fmt::format("{:.2f} s", value) : fmt::format("{:.1f} ms", 1e3 * value),
          value};
}

Cell share(double part_s, double whole_s) {
  return {fmt::format("{:.1f} %", 100.0 * part_s / whole_s), part_s};
}

// End of the 90 % interval of tokens/s per chip; unknown without evidence.
Cell bound_cell(const RankedPlan& plan, double factor, double chips) {
  if (!(factor > 0.0)) return {};
  const double value = plan.tokens_per_s / chips * factor;
  return {human_number(value), value};
}

// Interval and grade of the first plan, in words.
std::string evidence_text(const PlanProblem& problem, const RankedPlan& best) {
  const double chips = problem.question.chips;
  if (!(best.evidence.high > 0.0)) return "no measured cases: how far off it is is not known\n";
  const double rate = best.tokens_per_s / chips;
  return wrapped(
      fmt::format("{} tokens/s per chip, 90 % interval {} to {} ({}); {}", human_number(rate),
                  human_number(rate * best.evidence.low), human_number(rate * best.evidence.high),
                  interval_text(best.evidence), describe(best.evidence)),
      width);
}

// Row of one plan with its rank; the first columns of plan_table.
std::vector<Cell> plan_row(const PlanProblem& problem, const RankedPlan& r, std::size_t rank) {
  const kernels::TrainingPlan& p = r.plan;
  const double chips = problem.question.chips;
  const double bytes = kernels::total_bytes(r.memory);
  const double capacity = problem.question.system.chip.memory_capacity_bytes;
  return {{fmt::format("{}", rank), static_cast<double>(rank)},
          whole(p.tensor),
          whole(p.pipeline),
          whole(p.data),
          whole(p.context),
          whole(p.expert),
          whole(p.micro_batch),
          whole(p.virtual_stages),
          recompute_names[static_cast<int>(p.recompute)],
          sharding_names[static_cast<int>(p.sharding)],
          p.sequence_parallel ? "yes" : "no",
          seconds(r.step_s),
          {human_number(r.tokens_per_s), r.tokens_per_s},
          {human_number(r.tokens_per_s / chips), r.tokens_per_s / chips},
          {fmt::format("{:.1f} %", 100.0 * r.mfu), r.mfu},
          {fmt::format("{:.0f} of {:.0f} GB", bytes / 1e9, capacity / 1e9), bytes},
          {fmt::format("{:.0f} GB", capacity / 1e9), capacity},
          share(r.step.compute_s, r.step_s),
          share(r.step.network_s, r.step_s),
          share(r.step.bubble_s, r.step_s),
          share(r.step.optimizer_s, r.step_s),
          share(r.step.host_s, r.step_s),
          share(r.step.straggler_s, r.step_s),
          r.lost_by,
          schedule_name(p)};
}

// Columns named in `keys`, in that order.
TextTable some_columns(const TextTable& table, std::initializer_list<const char*> keys) {
  TextTable out;
  out.rows.resize(table.rows.size());
  for (const char* key : keys) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].key != key) continue;
      out.columns.push_back(table.columns[i]);
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        out.rows[row].push_back(table.rows[row][i]);
      }
    }
  }
  return out;
}

std::string heading(const PlanProblem& problem) {
  const PlanQuestion& q = problem.question;
  const auto count = [](double x) { return with_separators(static_cast<std::uint64_t>(x)); };
  std::string text = fmt::format("{} on {} x {}, {}, {} sequences of {} tokens a step\n",
                                 problem.model, count(q.chips), problem.chip, problem.precision,
                                 count(q.job.global_batch), count(q.job.sequence_length));
  for (const std::string& a : problem.assumed) text += wrapped("assumed: " + a, width, "  ");
  for (const std::string& note : problem.notes) text += wrapped(note, width, "  ");
  return text;
}

std::string searched(const PlanAnswer& answer) {
  return fmt::format("{} plans searched, {} feasible; schedules: {}\n",
                     with_separators(answer.evaluated), with_separators(answer.fitting),
                     describe(answer.schedules));
}

std::string text_for_people(const PlanProblem& problem, const PlanAnswer& answer,
                            const std::string& why_empty) {
  std::string text = heading(problem) + searched(answer) + "\n";
  if (answer.best.empty()) return text + wrapped(why_empty, width);
  TextTable all = plan_table(problem, answer);
  text += aligned_text(some_columns(
      all, {"rank", "tensor", "pipeline", "data", "context", "expert", "micro_batch",
            "virtual_stages", "schedule", "recompute", "sharding", "sequence_parallel"}));
  text += "\n" +
          aligned_text(some_columns(all, {"rank", "step_s", "tokens_per_s", "tokens_per_s_per_chip",
                                          "tokens_per_s_per_chip_low", "tokens_per_s_per_chip_high",
                                          "grade", "mfu", "memory_bytes"}));
  text += "\n" + evidence_text(problem, answer.best.front());
  text += "\nwhere the time of a step goes\n" +
          aligned_text(some_columns(all, {"rank", "compute_s", "network_s", "bubble_s",
                                          "optimizer_s", "host_s", "straggler_s"}));
  text += "\n" + plan_detail_text(problem, answer.best.front());
  if (answer.best.size() < 2) return text;
  text += "\nwhy the others lost\n";
  for (std::size_t i = 1; i < answer.best.size(); ++i) {
    text += fmt::format("{}  +{:.2f} % time: {}\n", i + 1,
                        100.0 * (answer.best[i].step_s / answer.best[0].step_s - 1.0),
                        answer.best[i].lost_by);
  }
  return text;
}

std::string json_for_programs(const PlanProblem& problem, const PlanAnswer& answer,
                              const std::string& why_empty) {
  const PlanQuestion& q = problem.question;
  nlohmann::ordered_json object;
  object["model"] = problem.model;
  object["chip"] = problem.chip;
  object["count"] = q.chips;
  object["precision"] = problem.precision;
  object["global_batch_sequences"] = json_number(q.job.global_batch);
  object["sequence_length_tokens"] = json_number(q.job.sequence_length);
  object["assumed"] = problem.assumed;
  object["notes"] = problem.notes;
  object["plans_searched"] = answer.evaluated;
  object["plans_feasible"] = answer.fitting;
  object["schedules"] = describe(answer.schedules);
  object["why_empty"] =
      why_empty.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(why_empty);
  object["missing_bytes"] =
      answer.missing_bytes > 0 ? json_number(answer.missing_bytes) : nlohmann::ordered_json();
  if (!answer.best.empty() && answer.best.front().evidence.high > 0.0)
    object["evidence"] = describe(answer.best.front().evidence);
  object["plans"] = json_rows(plan_table(problem, answer));
  return json_text(object);
}

}  // namespace

TextTable plan_table(const PlanProblem& problem, const PlanAnswer& answer) {
  TextTable table;
  table.columns = {{"#", "rank"},
                   {"TP", "tensor"},
                   {"PP", "pipeline"},
                   {"DP", "data"},
                   {"CP", "context"},
                   {"EP", "expert"},
                   {"micro-batch", "micro_batch"},
                   {"interleave", "virtual_stages"},
                   {"recompute", "recompute"},
                   {"sharding", "sharding"},
                   {"SP", "sequence_parallel"},
                   {"step", "step_s"},
                   {"tokens/s", "tokens_per_s"},
                   {"per chip", "tokens_per_s_per_chip"},
                   {"MFU", "mfu"},
                   {"memory", "memory_bytes"},
                   {"capacity", "memory_capacity_bytes"},
                   {"compute", "compute_s"},
                   {"network", "network_s"},
                   {"bubble", "bubble_s"},
                   {"optimizer", "optimizer_s"},
                   {"host", "host_s"},
                   {"straggler", "straggler_s"},
                   {"lost by", "lost_by"},
                   {"schedule", "schedule"}};
  for (std::size_t i = 0; i < answer.best.size(); ++i) {
    table.rows.push_back(plan_row(problem, answer.best[i], i + 1));
    for (const PlanPart& part : plan_parts(problem.question, answer.best[i])) {
      if (i == 0) table.columns.push_back({part.key, part.key});
      table.rows.back().push_back(part.value);
    }
  }
  if (answer.best.empty()) {
    for (const PlanPart& part : plan_parts(problem.question, {}))
      table.columns.push_back({part.key, part.key});
  }
  table.columns.insert(table.columns.end(), {{"low", "tokens_per_s_per_chip_low"},
                                             {"high", "tokens_per_s_per_chip_high"},
                                             {"grade", "grade"}});
  const double chips = problem.question.chips;
  for (std::size_t i = 0; i < answer.best.size(); ++i) {
    const RankedPlan& plan = answer.best[i];
    const bool has_evidence = plan.evidence.high > 0.0;
    table.rows[i].push_back(bound_cell(plan, plan.evidence.low, chips));
    table.rows[i].push_back(bound_cell(plan, plan.evidence.high, chips));
    table.rows[i].push_back(has_evidence ? Cell(std::string(grade_letter(plan.evidence.grade)))
                                         : Cell());
  }
  return table;
}

std::string print_plans(const PlanProblem& problem, const PlanAnswer& answer,
                        const std::string& why_empty, TextFormat format) {
  if (format == TextFormat::csv) return csv_text(plan_table(problem, answer));
  if (format == TextFormat::json) return json_for_programs(problem, answer, why_empty);
  return text_for_people(problem, answer, why_empty);
}

}  // namespace tranche
