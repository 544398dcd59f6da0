// SPDX-License-Identifier: Apache-2.0

// Serving with requests always waiting: steady state of continuous batching. Memory, software or
// the number of requests limits the batch.
#pragma once

#include "kernels/models/serving/serving_case.hpp"

namespace tranche::kernels {

// One wave of `sequences` requests under in-flight batching: as many steps as the output takes,
// some of which also process a chunk of prompts.
struct Wave {
  double seconds = 0;
  double sequences = 0;     // that run together
  double prompt_steps = 0;  // steps that also process prompts
  PhaseTime mixed;          // one step with prompts
  PhaseTime decode;         // one step without prompts
};

TRANCHE_HD inline Wave wave_of(const InferenceSetup& s, const ServingCase& c, double sequences) {
  Wave w;
  const double attention_replicas = s.plan.attention_data_parallel;
  const double stages = s.plan.pipeline;
  // Prompts are processed in chunks; a longer prompt takes several steps. If prompts arrive slower
  // than outputs end, fewer sequences run than memory allows.
  const double chunk = s.software.chunk_tokens * attention_replicas;
  const double steps = output_steps(s, c);
  const double most = steps * chunk / c.input_tokens;
  w.sequences = sequences < most ? sequences : most;
  const double prompt_tokens = sequences * c.input_tokens;
  const double whole = c.input_tokens > chunk ? c.input_tokens : chunk;
  double per_step = prompt_tokens < chunk ? prompt_tokens : chunk;
  const double steady = prompt_tokens / steps;  // spread evenly over the steps
  if (steady > per_step) per_step = steady < whole ? steady : whole;
  w.prompt_steps = prompt_tokens / per_step;
  const double context = c.input_tokens + 0.5 * c.output_tokens;
  w.decode = step_time(s, {c.beams * w.sequences / stages, context, 0.0, 0.0});
  w.mixed =
      step_time(s, {c.beams * w.sequences / stages, context, per_step / stages, c.input_tokens});
  const double plain = steps > w.prompt_steps ? steps - w.prompt_steps : 0.0;
  w.seconds = w.prompt_steps * w.mixed.total_s() + plain * w.decode.total_s() +
              s.software.prompt_s * sequences / attention_replicas;
  return w;
}

// Number of sequences that run together when requests always wait.
TRANCHE_HD inline double saturated_sequences(const InferenceSetup& s, const ServingCase& c,
                                             const MemoryMap& memory, bool& limited_by_memory) {
  double sequences = memory.sequences;
  limited_by_memory = true;
  const double most = s.software.max_sequences * s.plan.attention_data_parallel / c.beams;
  if (sequences > most) {
    sequences = most;
    limited_by_memory = false;
  }
  if (c.requests > 0.0 && sequences > c.requests) {
    sequences = c.requests;
    limited_by_memory = false;
  }
  return sequences;
}

// Output tokens per second of a run of `requests` in waves of at most `sequences`; the last wave
// may be smaller. Endless runs have full waves only.
TRANCHE_HD inline double tokens_per_s_in_waves(const InferenceSetup& s, const ServingCase& c,
                                               double sequences) {
  if (!(c.requests > 0.0)) {
    return sequences * c.output_tokens / wave_of(s, c, sequences).seconds;
  }
  const double at_once = sequences < c.requests ? sequences : c.requests;
  const double full = static_cast<double>(static_cast<std::int64_t>(c.requests / at_once));
  const double rest = c.requests - full * at_once;
  double seconds = full * wave_of(s, c, at_once).seconds;
  if (rest >= 1.0) seconds += wave_of(s, c, rest).seconds;
  return c.requests * c.output_tokens / seconds;
}

// Seconds between two tokens of a sequence (time per output token). If prompts fill more steps than
// there are output tokens, a sequence takes part in some of them only; if one wave holds the whole
// run, the wait for the own prompt (half of the prompts' steps) is before the first token.
TRANCHE_HD inline double token_s_of(const InferenceSetup& s, const ServingCase& c, const Wave& w,
                                    double sequences) {
  if (w.prompt_steps > output_steps(s, c))
    return w.seconds / w.prompt_steps / s.speculation.accepted_tokens;
  const bool burst = c.requests > 0.0 && c.requests <= sequences;
  const double wait_s = burst ? 0.5 * w.prompt_steps * w.mixed.total_s() : 0.0;
  return (w.seconds - wait_s) / c.output_tokens;
}

// Mean time to first token, seconds, when all requests of the run arrive at once: the waves before
// the own one, and half of the own wave's prompts. Endless runs: the prompt alone.
TRANCHE_HD inline double first_token_in_burst_s(const ServingCase& c, const Wave& w,
                                                double sequences, double prompt_s) {
  if (!(c.requests > 0.0)) return prompt_s;
  const double waves = c.requests > sequences ? c.requests / sequences : 1.0;
  return 0.5 * (waves - 1.0) * w.seconds + 0.5 * w.prompt_steps * w.mixed.total_s();
}

// All requests wait at the start and have equal lengths, so they run in waves.
TRANCHE_HD inline ServingResult serve_saturated(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  r.memory = memory_map(s.model, s.plan, s.chip, s.on_chip, s.software, occupied_tokens(s, c));
  r.fits = r.memory.sequences >= 1.0;
  r.sequences = saturated_sequences(s, c, r.memory, r.limited_by_memory);
  if (r.sequences < 1.0) r.sequences = 1.0;
  const double at_once = r.sequences;
  const Wave full = wave_of(s, c, at_once);
  r.tokens_per_s = tokens_per_s_in_waves(s, c, at_once);
  r.sequences = full.sequences < at_once ? full.sequences : at_once;
  r.prefill = prefill_step(s, c, 1.0);
  r.decode = full.decode;
  r.tpot_s = token_s_of(s, c, full, at_once);
  r.time_to_first_token_s = first_token_in_burst_s(c, full, at_once, r.prefill.total_s());
  return r;
}

}  // namespace tranche::kernels
