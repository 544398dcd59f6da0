// SPDX-License-Identifier: Apache-2.0

// Plans of a training job: which parallelism, how fast.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/data.hpp"
#include "sim/api/execution.hpp"
#include "sim/api/expected.hpp"
#include "sim/api/support.hpp"
#include "sim/api/written.hpp"

namespace tranche::api {

// Parts of the layout that are fixed; the search covers the rest.
struct FixedLayout {
  std::optional<int> tensor = {}, pipeline = {}, data = {}, context = {}, expert = {};  // chips
  std::optional<int> micro_batch = {};                                                  // sequences
  std::optional<int> virtual_stages = {};     // of a pipeline stage; 1: no interleaving
  std::optional<std::string> recompute = {};  // "none", "selective" or "full"
  std::optional<int> zero_stage = {};         // 0 to 3
  // "1f1b", "interleaved", "zero-bubble", "dualpipe" or "all"; none: the first two
  std::optional<std::string> schedule = {};
};

struct PlanRequest {
  std::string model, chip;  // names of the catalogue
  std::int64_t chips = 0;
  std::optional<std::int64_t> global_batch = {};  // sequences of a step; none: 16.8 M tokens
  // Tokens; none: 8192, or the model's context if that is shorter.
  std::optional<std::int64_t> sequence_tokens = {};
  std::string precision = "bf16";  // fp16, fp8, mxfp8, fp4, or "best" of bf16 and fp8
  FixedLayout layout = {};
  std::size_t top = 5;          // plans to keep
  double oversubscription = 1;  // links inside a pod of the network over links between pods
  std::optional<std::int64_t> pod_chips = {};  // with full bisection; none: 3,072
  Device device = Device::automatic;           // of the search; the answer does not depend on it
};

// One plan, with the seconds of a step by cause; they add up to step_s.
struct Plan {
  std::string description;  // "TP 8, PP 16, DP 128, micro-batch 1, …"
  int tensor = 1, pipeline = 1, data = 1, context = 1, expert = 1;  // chips
  int micro_batch = 1, virtual_stages = 1;
  std::string schedule;  // "1F1B", "interleaved", "zero-bubble" or "DualPipe"
  double step_s = 0;
  double compute_s = 0, network_s = 0, bubble_s = 0, host_s = 0, optimizer_s = 0, straggler_s = 0;
  double tokens_per_s = 0;                             // of all chips together
  double mfu = 0;                                      // 0 to 1, of the dense peak of the format
  double memory_bytes = 0, memory_capacity_bytes = 0;  // of the fullest chip
  std::string lost_by;  // largest loss relative to the first plan; empty for the first
  Support evidence;     // of tokens_per_s
};

// Answer of a search; constant.
class Plans {
 public:
  const std::vector<Plan>& best() const;  // the fastest first; empty if none fits
  // Why there is no plan, and a similar job that has one; empty if there are plans.
  const std::string& why_none() const;
  const std::string& precision() const;             // of the arithmetic
  const std::vector<std::string>& assumed() const;  // defaults: batch, sequence, network
  const std::vector<std::string>& notes() const;    // restrictions of the search
  std::uint64_t searched() const;                   // plans evaluated
  std::uint64_t feasible() const;                   // of these, with enough memory
  std::string text(TextFormat format = TextFormat::table) const;
  // Writes plan.csv, charts, and a page with a template. Fails with `output`.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {}) const;

  struct State;  // of the library
  explicit Plans(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Searches every plan that the layout leaves open. A job without a plan is an answer, with
// why_none(). Fails with `input` for unknown names, properties of a chip that are unknown, and
// impossible numbers or layouts, all at once; with `unavailable` for a GPU that cannot be used.
Expected<Plans> plan(const Data& data, const PlanRequest& request);

}  // namespace tranche::api
