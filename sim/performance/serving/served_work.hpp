// SPDX-License-Identifier: Apache-2.0

// One model behind every command: how fast chips serve a language model. A scenario, `compare`
// and `validate` ask this, with the same layout search and the same memory map.
#pragma once

#include <optional>
#include <string>

#include "kernels/models/serving/serving.hpp"
#include "sim/performance/coefficients/serving.hpp"
#include "sim/performance/serving/served_layout.hpp"

namespace tranche {

enum class ServedTask {
  decode,   // `sequences` of a mean length get a token each step; no prompts
  prefill,  // prompts alone, chunk after chunk
  serve     // requests always waiting, prompts beside decoding
};

struct ServedQuestion {
  ServedTask task = ServedTask::decode;
  kernels::ServedModel model;
  kernels::ChipParams chip;
  ServingSoftware software = ServingSoftware::tensorrt_llm_pytorch;
  double context_tokens = 0;        // decode: mean length of a sequence in the cache
  double input_tokens = 0;          // prefill and serve: of each request
  double output_tokens = 0;         // serve
  std::optional<double> sequences;  // decode: of a copy together; empty: as many as fit
  // Decode without `sequences`: only as many as get their next token within this time.
  std::optional<double> most_time_per_token_s;
  ServedLayout layout;
  double most_chips = 512;  // of a copy
};

struct ServedAnswer {
  bool fits = false;
  std::string why;  // it does not fit, or cannot be worked out
  kernels::InferencePlan plan;
  double sequences = 0;              // decoded together by a copy
  double tokens_per_s_per_chip = 0;  // output tokens; prompt tokens where prompts are the task
  double time_per_token_s = 0;       // between two tokens of a sequence; 0 for prompts
  kernels::PhaseTime step;           // of decoding, or of a chunk of prompts
  kernels::MemoryMap memory;         // of one chip
  bool limited_by_memory = false;    // more sequences would run if they fitted
};

// The layout that does most per chip of those asked for; of equal ones that with fewest chips.
// Searched are tensor parallelism in powers of two that divide the heads, inside a scale-up
// domain; for mixtures also attention copied over the same chips with whole experts spread over
// them; and, where none of these holds the model, pipelines of two, four or eight such domains. A
// layout that is asked for need not be one of these, but must be possible. Without
// a known memory, bandwidth or 16-bit rate nothing can be worked out.
ServedAnswer answer(const ServedQuestion& question, const InferenceCoefficients& coefficients);

// "TP 8", "attention DP 8, EP 8", "TP 8 x PP 2"
std::string describe(const kernels::InferencePlan& plan);

// "71.0 GB weights, 4.2 GB working space, 3.1 GB reserve, 62.7 GB cache, of 141.0 GB; room for
// 382,000 tokens in a copy": of one chip. What does not fit says by how much.
std::string describe(const kernels::MemoryMap& memory);

}  // namespace tranche
