// SPDX-License-Identifier: Apache-2.0

// Throughput of chips that serve a language model. Scenarios, `compare` and `validate` use this
// function, with the same layout search and memory map.
#pragma once

#include <optional>
#include <string>

#include "kernels/models/serving/serving.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/serving/served_layout.hpp"

namespace tranche {

enum class ServedTask {
  decode,   // `sequences` of a mean length get one token per step; no prompts
  prefill,  // prompts alone, chunk after chunk
  serve     // requests always waiting, prompts beside decoding
};

// Most chips of a replica that a search tries, unless the question allows fewer.
inline constexpr double largest_replica_chips = 512;

struct ServedQuestion {
  ServedTask task = ServedTask::decode;
  kernels::ServedModel model;
  kernels::ChipParams chip;
  ServingSoftware software = ServingSoftware::tensorrt_llm_pytorch;
  double context_tokens = 0;        // decode: mean tokens of a sequence in the cache
  double input_tokens = 0;          // prefill and serve: per request
  double output_tokens = 0;         // serve
  std::optional<double> sequences;  // decode: together per replica; empty: as many as fit
  // Decode without `sequences`: upper limit of the time per output token.
  std::optional<double> max_tpot_s;
  ServedLayout layout;
  double max_chips = largest_replica_chips;  // per replica
};

struct ServedAnswer {
  bool fits = false;
  std::string why;  // reason why it does not fit or cannot be computed
  kernels::InferencePlan plan;
  double sequences = 0;              // decoded together by a replica
  double tokens_per_s_per_chip = 0;  // output tokens; for prefill, prompt tokens
  double tpot_s = 0;  // time per output token, between two tokens of a sequence; 0 for prefill
  kernels::PhaseTime step;         // of decoding, or of a chunk of prompts
  kernels::MemoryMap memory;       // of one chip
  bool limited_by_memory = false;  // true: more memory would allow more sequences
};

// Returns the layout with the highest throughput per chip that the question allows; of nearly equal
// ones that with the fewest chips. The search covers tensor parallelism in powers of two that
// divide the heads, inside a scale-up domain; for MoE models also attention replicated over the
// same chips with whole experts distributed over them, there or over 16 to 320 chips of several
// domains where the network is known; and, if none of these holds the model, pipelines of two, four
// or eight domains. A fixed layout need not be one of these, but must be valid. Memory, bandwidth
// and the 16-bit rate must be known.
ServedAnswer answer(const ServedQuestion& question, const InferenceCoefficients& coefficients);

// "TP 8", "attention DP 8, EP 8", "TP 8 x PP 2"
std::string describe(const kernels::InferencePlan& plan);

// "71.0 GB weights, 4.2 GB working space, 3.1 GB reserve, 62.7 GB cache, of 141.0 GB; room for
// 382,000 tokens in a replica": memory of one chip, with the excess if it does not fit.
std::string describe(const kernels::MemoryMap& memory);

}  // namespace tranche
