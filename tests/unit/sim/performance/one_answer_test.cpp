// SPDX-License-Identifier: Apache-2.0

// Scenario, `compare`, `plan` and `validate` give equal answers to the same question.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/compare/compare.hpp"
#include "sim/performance/compare/training.hpp"
#include "sim/performance/plan/report.hpp"
#include "sim/performance/throughput/work_question.hpp"
#include "sim/performance/validation/inference_cases.hpp"
#include "sim/performance/validation/training_cases.hpp"
#include "sim/performance/validation/validate_training.hpp"
#include "sim/simulate/lowering/throughput.hpp"
#include "tests/support/run_support.hpp"
#include "tests/support/scenario_text_file.hpp"
#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

const PerformanceModels& models() {
  static const PerformanceModels read = read_performance_models(catalogue().folder);
  return read;
}

struct Question {
  std::string chip, model, precision;
  double sequences = 0;
};

std::string text_of(const Question& q) {
  return q.chip + " " + q.model + " " + q.precision + " " + std::to_string(q.sequences);
}

std::vector<Question> decode_questions_asked() {
  std::vector<Question> questions;
  for (const char* const chip : {"A100", "H100", "H200", "H20", "B200"})
    for (const char* const model :
         {"llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b", "deepseek-v3", "gpt-oss-120b"})
      for (const char* const precision : {"bf16", "fp8", "fp4"})
        for (const double sequences : {8.0, 64.0})
          questions.push_back({chip, model, precision, sequences});
  return questions;
}

// Prompts and outputs of 1,024 tokens: a sequence has 1,536 in its cache on average.
constexpr double input_tokens = 1024, output_tokens = 1024;
constexpr double context_tokens = input_tokens + 0.5 * output_tokens;

ComparisonCell compared(const Question& q) {
  const ServingOptions serving{.formats = {.precision = q.precision,
                                           .attention_weights = {},
                                           .expert_weights = {},
                                           .cache = {}},
                               .input_tokens = input_tokens,
                               .output_tokens = output_tokens,
                               .sequences = q.sequences,
                               .max_tpot_s = {},
                               .layout = {}};
  return compare({q.chip}, {"decode:" + q.model},
                 {catalogue(), models().inference, models().memory_bound, nullptr,
                  &models().evidence, serving})
      .at(0)
      .cells.at(0);
}

Workload decode_workload(const Question& q) {
  Workload workload;
  workload.kind = Workload::Kind::decode;
  workload.performance = Workload::Performance::model;
  workload.achieved = tests::certain(1.0);
  workload.name = workload.title = "serving";
  workload.unit = "tokens";
  workload.model = q.model;
  workload.precision = q.precision;
  workload.batch_sequences = tests::certain(q.sequences);
  workload.context_tokens = tests::certain(context_tokens);
  return workload;
}

// The table that a scenario's workload gets.
ThroughputTable in_scenario(const Question& q) {
  return answer(question_of(decode_workload(q), *catalogue().find_chip(q.chip), catalogue()),
                models());
}

// Row of a measured case with the scenario's result.
double validated_tokens_per_s_per_chip(const Question& q, const ThroughputTable& table,
                                       const kernels::InferencePlan& plan) {
  const ModelEntry& model = *catalogue().find_model(q.model);
  const kernels::ModelParams& m = model.shape;
  const double chips = table.how.replica_chips;
  std::string csv =
      "id,source,software,chip,n_gpus,TP,PP,DP,EP,model_name,n_layers,hidden,n_heads,n_kv_heads,"
      "head_dim,ffn_hidden,n_experts,top_k,vocab,weight_precision,kv_precision,input_len,"
      "output_len,batch_or_concurrency,scenario,metric,value,unit,notes\n";
  const bool is_mixture = m.experts > 0;
  csv += fmt::format(
      "q,here,TensorRT-LLM 1.0,{},{:.0f},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"
      "{},,{:.0f},{:.0f},{:.0f},static batch,tpot,,ms,\n",
      q.chip, chips, plan.tensor, plan.pipeline, plan.attention_data_parallel, plan.expert, q.model,
      m.layers, m.hidden, m.heads, m.kv_heads, m.head_dim,
      is_mixture ? m.expert_ffn_hidden : m.ffn_hidden, m.experts, m.experts_active, m.vocab,
      q.precision, input_tokens, output_tokens, q.sequences);
  const std::vector<InferenceCase> cases =
      read_inference_cases(parse_csv(csv, "q.csv"), catalogue());
  std::string why = cases.at(0).skipped;
  const double ms = why.empty() ? predict(cases[0], models().inference, why) : 0.0;
  EXPECT_EQ(why, "") << text_of(q);
  return q.sequences / (1e-3 * ms) / chips;
}

TEST(OneAnswer, OfScenarioCompareAndValidateOnDecoding) {
  int answered = 0, asked = 0;
  for (const Question& q : decode_questions_asked()) {
    ++asked;
    SCOPED_TRACE(text_of(q));
    const ComparisonCell cell = compared(q);
    const ThroughputTable table = in_scenario(q);
    ASSERT_EQ(table.possible, cell.possible) << table.reason << " / " << cell.why;
    if (!table.possible) continue;
    ++answered;
    // The fleet simulates parts of float accuracy, each rounded to 2^-24.
    constexpr double rounding = 4e-7;
    const kernels::ThroughputPoint p = fleet_point(table.points[10], Workload::Kind::decode);
    const double simulated_s =
        static_cast<double>(p.compute_s) + p.memory_s + p.network_s + p.bubble_s;
    EXPECT_NEAR(1.0 / simulated_s / cell.value, 1.0, rounding);
    // `compare` was told the software that a scenario without one assumes.
    WorkDescription told = table.how;
    std::erase(told.assumed, "served by tensorrt_llm_pytorch");
    EXPECT_EQ(told, cell.how);
    const ServedWork work{.model = catalogue().find_model(q.model),
                          .formats = {.precision = q.precision,
                                      .attention_weights = {},
                                      .expert_weights = {},
                                      .cache = {}},
                          .software = {},
                          .context_tokens = context_tokens,
                          .batch_sequences = q.sequences,
                          .max_tpot_s = {},
                          .layout = {}};
    const ServedAnswer found =
        answer(served_questions(work, *catalogue().find_chip(q.chip)).at(0), models().inference);
    EXPECT_NEAR(validated_tokens_per_s_per_chip(q, table, found.plan) / cell.value, 1.0, rounding);
  }
  EXPECT_EQ(asked, 150);
  EXPECT_GT(answered, 100);
}

// A fleet of whole replicas has the throughput per chip of `compare`, and a fleet of fewer chips
// than a replica has none.
TEST(OneAnswer, OfAFleetAndCompareOnWholeReplicas) {
  for (const Question& q :
       {Question{"H200", "deepseek-v3", "fp8", 64.0}, Question{"H100", "gpt-oss-120b", "fp4", 16.0},
        Question{"B200", "llama-3.1-70b", "fp8", 64.0}}) {
    SCOPED_TRACE(text_of(q));
    const ComparisonCell cell = compared(q);
    ASSERT_TRUE(cell.possible);
    const auto rate_of = [&](double chips) {
      Scenario scenario = tests::one_firm(1);
      scenario.tranches[0].chip = q.chip;
      scenario.tranches[0].quantity_chips = tests::certain(chips);
      Workload workload = decode_workload(q);
      workload.compute_efficiency = workload.bandwidth_efficiency = workload.network_efficiency =
          tests::certain(1.0);
      workload.achieved = tests::certain(1.0);
      scenario.workloads = {workload};
      scenario.firms[0].workloads.entries = {tests::share("serving", 1.0)};
      const RunResult run = tests::run_on_cpu(tests::only_base(std::move(scenario)));
      return tests::statistics_of(run, "decode_tokens_per_s", 0).mean;
    };
    constexpr double float_accuracy = 4e-6;
    const double replica = cell.how.replica_chips;
    EXPECT_NEAR(rate_of(10 * replica) / (10 * replica * cell.value), 1.0, float_accuracy);
    if (replica == 1) continue;
    EXPECT_EQ(rate_of(replica - 1), 0.0);
    EXPECT_NEAR(rate_of(2 * replica - 1) / (replica * cell.value), 1.0, float_accuracy);
  }
}

// 512 chips, as in `compare`; the scenario's table has that size at 2^9.
TEST(OneAnswer, OfScenarioPlanAndCompareOnTraining) {
  int answered = 0;
  for (const char* const chip : {"A100", "H100", "H200", "B200"})
    for (const char* const model : {"llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b",
                                    "mixtral-8x7b", "qwen3-30b-a3b", "deepseek-v3"}) {
      SCOPED_TRACE(std::string(chip) + " " + model);
      const ModelEntry& entry = *catalogue().find_model(model);
      const ChipEntry& on = *catalogue().find_chip(chip);
      const ThroughputTable table = answer({&on, TrainingWork{&entry, {}}}, models());
      const ComparedTraining cell = compare_training(entry, on, models().training);
      const WorkPoint& point = table.points[9];
      ASSERT_EQ(cell.possible, table.possible && point.works);
      if (!cell.possible) continue;
      ++answered;
      constexpr double rounding = 1e-12;  // the same terms in another order
      EXPECT_NEAR(cell.tokens_per_s_per_chip * point.seconds_per_unit(), 1.0, rounding);
      EXPECT_EQ(cell.bound, point.binds);
      EXPECT_EQ(cell.how.assumed, table.how.assumed);
    }
  EXPECT_GT(answered, 18);
}

// The row of a measured case that states the plan.
std::string row_of(const PlanProblem& problem, const kernels::TrainingPlan& p) {
  constexpr const char* recompute[] = {"none", "selective", "selective (MLP activation + norm)",
                                       "alternate", "full"};
  constexpr const char* sharding[] = {"none", "ZeRO-1", "ZeRO-2", "ZeRO-3"};
  const kernels::ModelParams& m = problem.question.model;
  const kernels::TrainingJob& job = problem.question.job;
  return fmt::format(
      "id,source,chip,n_gpus,gpus_per_node,model_name,n_layers,hidden,n_heads,n_kv_heads,head_dim,"
      "ffn_hidden,vocab,gated_mlp,seq_len,global_batch,micro_batch,TP,PP,CP,DP,VP,"
      "sequence_parallel,recompute,zero_stage/FSDP,precision,stack,software_year,attention_kernel,"
      "derived_tokens_per_s_per_gpu\n"
      "q,here,{},{},{},{},{},{},{},{},{},{},{},1,{},{},{},{},{},{},{},{},{},{},{},{},fused,{},"
      "fused,\n",
      problem.chip, problem.question.chips, problem.question.system.chip.scale_up_chips,
      problem.model, m.layers, m.hidden, m.heads, m.kv_heads, m.head_dim, m.ffn_hidden, m.vocab,
      job.sequence_length, job.global_batch, p.micro_batch, p.tensor, p.pipeline, p.context, p.data,
      p.virtual_stages, p.sequence_parallel ? 1 : 0, recompute[static_cast<int>(p.recompute)],
      sharding[static_cast<int>(p.sharding)], problem.precision, job.software_year);
}

TEST(OneAnswer, OfPlanAndValidateOnTraining) {
  int answered = 0;
  for (const char* const chip : {"A100", "H100", "H200", "B200", "MI300X"})
    for (const char* const model : {"llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b"})
      for (const char* const precision : {"bf16", "fp8"}) {
        SCOPED_TRACE(std::string(chip) + " " + model + " " + precision);
        PlanRequest request;
        request.model = model;
        request.chip = chip;
        request.count = 256;
        request.precision = precision;
        PlanProblem problem = plan_problem(request, catalogue());
        problem.question.device = kernels::ComputeDevice::cpu;
        const PlanAnswer plans = find_plans(problem.question, models().training);
        if (plans.best.empty()) continue;
        const CsvTable table = parse_csv(row_of(problem, plans.best[0].plan), "q.csv");
        const auto results =
            validate_training(training_cases(table, catalogue()), catalogue(), models().training);
        ASSERT_EQ(results.size(), 1U);
        ASSERT_EQ(results[0].status, "ok");
        ++answered;
        const double planned_tokens_per_s_per_chip =
            plans.best[0].tokens_per_s / problem.question.chips;
        // Sums of the same terms in another order. The fastest plan of a search is slower than its
        // layout by itself, by the measured optimism of the fastest of many predictions.
        EXPECT_NEAR(*results[0].predicted / planned_tokens_per_s_per_chip,
                    models().training.training.search_factor, 1e-9);
      }
  EXPECT_GT(answered, 20);
}

}  // namespace
}  // namespace tranche
