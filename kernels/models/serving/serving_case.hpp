// SPDX-License-Identifier: Apache-2.0

// Load and result of a served model, and the two basic steps: decoding a batch and processing
// prompts.
#pragma once

#include "kernels/models/serving/step.hpp"

namespace tranche::kernels {

enum class Load : std::int32_t {
  static_batch,  // one batch starts and ends together
  saturated,     // requests always waiting; batch limited by memory, software or requests
  closed_loop,   // a fixed number of users, each sends the next request when one ends
  open_loop,     // requests arrive at a given rate
};

struct ServingCase {
  Load load = Load::saturated;
  double input_tokens = 0;
  double output_tokens = 0;
  double concurrency = 0;     // static batch, or users of a closed loop
  double requests = 0;        // in the whole run; 0: endless
  double requests_per_s = 0;  // open loop
  double beams = 1;           // candidates decoded for each sequence (beam search)
};

struct ServingResult {
  double tokens_per_s = 0;  // output tokens, one replica of the model
  double time_to_first_token_s = 0;
  double tpot_s = 0;     // time per output token, between two tokens of a sequence
  double sequences = 0;  // running together
  bool limited_by_memory = false;
  MemoryMap memory;
  PhaseTime prefill;  // prompt of one sequence (static: of the batch)
  PhaseTime decode;   // one step without prompts
  bool fits = true;   // false: the model or one sequence does not fit
};

// Tokens of memory that admission counts for a running sequence. Software either reserves the whole
// output, or admits a sequence by its prompt and preempts others when memory runs out; then half of
// the output is present on average.
TRANCHE_HD inline double occupied_tokens(const InferenceSetup& s, const ServingCase& c) {
  const double output = s.software.admits_by_prompt > 0.0 ? 0.5 * c.output_tokens : c.output_tokens;
  return c.input_tokens + c.beams * output;
}

// Steps in which a sequence produces its output.
TRANCHE_HD inline double output_steps(const InferenceSetup& s, const ServingCase& c) {
  return c.output_tokens / s.speculation.accepted_tokens;
}

// Time of one decode step of `sequences` in the middle of their output. A pipeline runs as many
// groups of sequences as it has stages, each at another stage, so every sequence gains a token in
// the time that one group takes through all layers. Transfers between stages (microseconds in
// milliseconds) are neglected.
TRANCHE_HD inline PhaseTime decode_step(const InferenceSetup& s, const ServingCase& c,
                                        double sequences) {
  const double stages = s.plan.pipeline;
  return step_time(s, {sequences / stages, c.input_tokens + 0.5 * c.output_tokens, 0.0, 0.0});
}

// Time to process `prompts` prompts together, without decoding.
TRANCHE_HD inline PhaseTime prefill_step(const InferenceSetup& s, const ServingCase& c,
                                         double prompts) {
  return step_time(s, {0.0, 0.0, prompts * c.input_tokens, c.input_tokens});
}

}  // namespace tranche::kernels
