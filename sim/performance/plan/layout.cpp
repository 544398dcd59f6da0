// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/layout.hpp"

#include <fmt/format.h>

#include "sim/performance/plan/space.hpp"
#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

std::string with_commas(std::int64_t x) { return with_separators(static_cast<std::uint64_t>(x)); }

// Adds the errors of one question.
class Check {
 public:
  Check(const PlanQuestion& question, Problems& problems)
      : q_(question), c_(question.choices), problems_(problems) {}

  void all() {
    if (!are_positive()) return;
    tensor_and_context();
    pipeline();
    interleaving();
    schedule();
    experts();
    product();
    batch();
  }

 private:
  void error(const std::string& problem, const std::string& help) {
    problems_.error({}, problem, {help});
  }

  bool are_positive() {
    const std::size_t before = problems_.error_count();
    const std::pair<const char*, std::optional<std::int32_t>> degrees[] = {
        {"tp", c_.tensor},
        {"pp", c_.pipeline},
        {"dp", c_.data},
        {"cp", c_.context},
        {"ep", c_.expert},
        {"micro-batch", c_.micro_batch},
        {"interleave", c_.virtual_stages}};
    for (const auto& [name, value] : degrees) {
      if (value && *value < 1)
        error(fmt::format("`--{} {}` is below one", name, *value), "1 or more");
    }
    return problems_.error_count() == before;
  }

  void tensor_and_context() {
    if (c_.tensor && q_.model.heads % *c_.tensor != 0)
      error(fmt::format("`--tp {}` does not divide {} heads", *c_.tensor, q_.model.heads),
            fmt::format("tensor parallelism splits heads evenly: a divisor of {}", q_.model.heads));
    const auto tokens = static_cast<std::int64_t>(q_.job.sequence_length);
    if (c_.context && tokens % *c_.context != 0)
      error(fmt::format("`--cp {}` does not divide sequences of {} tokens", *c_.context,
                        with_commas(tokens)),
            "context parallelism splits sequences evenly");
  }

  void pipeline() {
    if (c_.pipeline && *c_.pipeline > q_.model.layers)
      error(fmt::format("`--pp {}` is more stages than the model has layers", *c_.pipeline),
            fmt::format("from 1 to {}", q_.model.layers));
  }

  void interleaving() {
    if (!c_.virtual_stages || *c_.virtual_stages == 1) return;
    if (c_.pipeline && *c_.pipeline == 1) {
      error(fmt::format("`--interleave {}` without pipeline stages", *c_.virtual_stages),
            "`--pp` of at least 2, or `--interleave 1`");
      return;
    }
    if (!c_.pipeline || *c_.pipeline > q_.model.layers) return;
    if (fills_chunks(q_.model, *c_.pipeline, *c_.virtual_stages)) return;
    std::string known;
    for (std::int32_t v = 1; v <= q_.model.layers / *c_.pipeline; ++v) {
      if (!fills_chunks(q_.model, *c_.pipeline, v)) continue;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", v);
    }
    error(
        fmt::format("`--interleave {}` does not share out {} layers over {} stages",
                    *c_.virtual_stages, q_.model.layers, *c_.pipeline),
        known.empty() ? "another `--pp`" : fmt::format("with `--pp {}`: {}", *c_.pipeline, known));
  }

  void schedule() {
    if (!c_.schedules) return;
    const ScheduleSet& s = *c_.schedules;
    const bool needs_stages = !s.one_f_one_b;
    if (needs_stages && c_.pipeline && *c_.pipeline == 1)
      error(fmt::format("the schedule {} without pipeline stages", describe(s)),
            "`--pp` of at least 2, or `--schedule 1f1b`");
    const bool only_bidirectional =
        s.bidirectional && !s.one_f_one_b && !s.interleaved && !s.zero_bubble;
    if (only_bidirectional && c_.pipeline && *c_.pipeline > 1 && *c_.pipeline % 2 != 0)
      error(fmt::format("DualPipe on {} stages", *c_.pipeline), "an even number of stages");
    if (!c_.virtual_stages) return;
    if (*c_.virtual_stages > 1 && !s.interleaved)
      error(fmt::format("`--interleave {}` with the schedule {}", *c_.virtual_stages, describe(s)),
            "`--schedule interleaved`, or `--interleave 1`");
    if (*c_.virtual_stages == 1 && s.interleaved && !s.one_f_one_b)
      error("`--schedule interleaved` with `--interleave 1`", "`--interleave` of at least 2");
  }

  void experts() {
    if (!c_.expert || *c_.expert == 1) return;
    if (!kernels::is_mixture(q_.model)) {
      error(fmt::format("`--ep {}` for a model without experts", *c_.expert), "`--ep 1`");
      return;
    }
    if (q_.model.experts % *c_.expert != 0)
      error(fmt::format("`--ep {}` does not divide {} experts", *c_.expert, q_.model.experts),
            fmt::format("a divisor of {}", q_.model.experts));
    const std::int64_t stages = c_.pipeline.value_or(1);
    const std::int64_t ranks = q_.chips / stages;
    if (c_.pipeline && q_.chips % stages == 0 && ranks % *c_.expert != 0)
      error(fmt::format("`--ep {}` does not divide the {} chips of a stage", *c_.expert,
                        with_commas(ranks)),
            "expert parallelism divides TP x CP x DP");
  }

  void product() {
    std::int64_t product = 1;
    std::string text;
    int known = 0;
    const std::pair<const char*, std::optional<std::int32_t>> degrees[] = {
        {"TP", c_.tensor}, {"PP", c_.pipeline}, {"CP", c_.context}, {"DP", c_.data}};
    for (const auto& [name, value] : degrees) {
      if (!value) continue;
      ++known;
      product *= *value;
      text += fmt::format("{}{} {}", text.empty() ? "" : " x ", name, *value);
      if (product > q_.chips) break;  // ends before an overflow
    }
    if (q_.chips % product != 0)
      error(fmt::format("{} = {} does not divide {} chips", text, with_commas(product),
                        with_commas(q_.chips)),
            "the product of TP, PP, CP and DP is the number of chips");
    else if (known == 4 && product != q_.chips)
      error(
          fmt::format("{} = {} is not {} chips", text, with_commas(product), with_commas(q_.chips)),
          "the product of TP, PP, CP and DP is the number of chips; leave one of them out");
  }

  void batch() {
    if (c_.data && *c_.data > q_.job.global_batch)
      error(fmt::format("`--dp {}` is more replicas than a batch of {} sequences", *c_.data,
                        with_commas(static_cast<std::int64_t>(q_.job.global_batch))),
            "each replica needs a sequence");
    if (c_.micro_batch && *c_.micro_batch > q_.job.global_batch)
      error(fmt::format("`--micro-batch {}` is above the batch of {} sequences", *c_.micro_batch,
                        with_commas(static_cast<std::int64_t>(q_.job.global_batch))),
            "at most the batch");
  }

  const PlanQuestion& q_;
  const PlanChoices& c_;
  Problems& problems_;
};

}  // namespace

void check_choices(const PlanQuestion& question, Problems& problems) {
  Check(question, problems).all();
}

}  // namespace tranche
