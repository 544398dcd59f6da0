// SPDX-License-Identifier: Apache-2.0

// Measured serving whose prompts and outputs run on pools of chips of their own, and multi-token
// prediction: what a row states of them, and the rate of such a pool.
#pragma once

#include <optional>
#include <string>

#include "kernels/models/serving/serving.hpp"
#include "sim/input/csv_reader.hpp"

namespace tranche {

// Chips that a row describes.
enum class MeasuredPool {
  whole,    // one pool serves prompts and outputs
  decode,   // figures of a decode pool alone, prompts processed elsewhere
  prefill,  // figures of a prefill pool alone
  both      // figures of two pools together
};

struct PoolCase {
  MeasuredPool pool = MeasuredPool::whole;
  double prefill_chips = 0, decode_chips = 0;          // `both`
  std::optional<kernels::InferencePlan> prefill_plan;  // empty: over up to 8 chips
  double sequences_per_chip = 0;  // decode pool; 0: as many as the memory holds
  double tokens_per_chip = 0;     // prefill pool, in one step; 0: those of the software
};

// Multi-token prediction of a row.
struct StatedSpeculation {
  kernels::Speculation speculation;
  bool is_assumed = false;  // stated without numbers: drafts and acceptance are assumed
};

// Pools of the row: `disaggregated decode`, `disaggregated prefill`, `production prefill` or
// `disaggregated serving` as its scenario. The sizes of two pools are in the columns `prefill_gpus`
// and `decode_gpus`, or in the notes as "prefill 2 x (TP1 DP8 EP8) = 16 GPUs; decode ... = 32 GPUs"
// or "prefill 4 GPUs ..., decode 32 GPUs".
PoolCase pool_case(const CsvTable& table, std::size_t row);

// Multi-token prediction: columns `draft_tokens` and `accepted_tokens` (per step, the certain one
// included), or `MTP` in the name of the software.
StatedSpeculation stated_speculation(const CsvTable& table, std::size_t row);

// Multi-token prediction with `drafts` drafted tokens where the acceptance is not stated: three of
// four drafts are accepted, one after another. Published lengths: 1.7 to 1.9, 2.2 to 2.7 and 2.4 to
// 3.3 tokens a step with one, two and three drafts (CloudMatrix384; SGLang on H20, H200 and GB300).
kernels::Speculation assumed_speculation(int drafts);

struct PoolResult {
  double output_tokens_per_s = 0;  // of all chips of the row
  double prompt_tokens_per_s = 0;
  double tpot_s = 0;
  bool fits = true;
  kernels::MemoryMap memory;  // of one decoding chip
};

// Rates of the pools of a row on `chips` chips. The users of two pools wait for their prompt or
// receive output; the slower pool limits both. Weights of a prefill pool may be partly on the host,
// so its memory is not checked.
PoolResult serve_pools(const kernels::InferenceSetup& setup, const kernels::ServingCase& load,
                       const PoolCase& pools, double chips);

}  // namespace tranche
