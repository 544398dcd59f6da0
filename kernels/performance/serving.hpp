// What a served model delivers: tokens per second, time to first token, time per
// output token, batch and what binds; in four ways of being loaded. Formulas:
// docs/methods/inference.md. No queueing theory: an open load is followed only as far
// as Little's law carries, time to first token under an open load is not predicted.
#pragma once

#include "kernels/performance/inference_step.hpp"

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
  double tokens_per_s = 0;  // output tokens, one copy of the model
  double time_to_first_token_s = 0;
  double time_per_token_s = 0;
  double sequences = 0;  // running together
  bool limited_by_memory = false;
  MemoryMap memory;
  PhaseTime prefill;  // taking in one sequence's prompt (static: the batch's)
  PhaseTime decode;   // one step without prompts
  bool fits = true;   // false: the model or one sequence does not fit
};

// One decode step of `sequences` in the middle of their output. A pipeline runs as many
// groups of sequences as it has stages: while one group is at the first stage, the others
// are at the next ones, so every sequence gains a token in the time that one group takes
// through all layers. Hops between stages (microseconds in milliseconds) are left out.
TRANCHE_HD inline PhaseTime decode_step(const InferenceSetup& s, const ServingCase& c,
                                        double sequences) {
  const double stages = s.plan.pipeline;
  return step_time(s, {sequences / stages, c.input_tokens + 0.5 * c.output_tokens, 0.0, 0.0});
}

// Taking in `prompts` prompts together, without decoding.
TRANCHE_HD inline PhaseTime prefill_step(const InferenceSetup& s, const ServingCase& c,
                                         double prompts) {
  return step_time(s, {0.0, 0.0, prompts * c.input_tokens, c.input_tokens});
}

// One generation of `sequences` requests under in-flight batching: as many steps as
// output tokens, some of which also take in a chunk of prompts.
struct Generation {
  double seconds = 0;
  double sequences = 0;     // that can run together
  double prompt_steps = 0;  // steps that also take in prompts
  PhaseTime mixed;          // one such step
  PhaseTime decode;         // one step without prompts
};

TRANCHE_HD inline Generation generation(const InferenceSetup& s, const ServingCase& c,
                                        double sequences) {
  Generation g;
  const double copies = s.plan.attention_data;
  const double stages = s.plan.pipeline;
  // Prompts are taken in by chunks; a step that takes more than it can is split. Where
  // prompts arrive slower than outputs end, fewer sequences run than memory allows.
  const double chunk = s.software.chunk_tokens * copies;
  const double most = c.output_tokens * chunk / c.input_tokens;
  g.sequences = sequences < most ? sequences : most;
  const double prompt_tokens = sequences * c.input_tokens;
  const double whole = c.input_tokens > chunk ? c.input_tokens : chunk;
  double per_step = prompt_tokens < chunk ? prompt_tokens : chunk;
  const double steady = prompt_tokens / c.output_tokens;  // spread evenly over the steps
  if (steady > per_step) per_step = steady < whole ? steady : whole;
  g.prompt_steps = prompt_tokens / per_step;
  const double context = c.input_tokens + 0.5 * c.output_tokens;
  g.decode = step_time(s, {c.beams * g.sequences / stages, context, 0.0, 0.0});
  g.mixed =
      step_time(s, {c.beams * g.sequences / stages, context, per_step / stages, c.input_tokens});
  const double plain = c.output_tokens > g.prompt_steps ? c.output_tokens - g.prompt_steps : 0.0;
  g.seconds = g.prompt_steps * g.mixed.total_s() + plain * g.decode.total_s() +
              s.software.prompt_s * sequences / copies;
  return g;
}

TRANCHE_HD inline ServingResult serve_static(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  const double stages = s.plan.pipeline;
  r.sequences = c.concurrency;
  // As many groups as stages enter one after another; the last one leaves when the first
  // has been through and the others have followed, a stage apart.
  r.prefill = (2.0 * stages - 1.0) / stages * prefill_step(s, c, c.concurrency / stages);
  r.decode = decode_step(s, c, c.concurrency);
  r.time_to_first_token_s = r.prefill.total_s();
  r.time_per_token_s = r.decode.total_s();
  const double seconds = r.time_to_first_token_s + (c.output_tokens - 1.0) * r.time_per_token_s;
  r.tokens_per_s = c.concurrency * c.output_tokens / seconds;
  return r;
}

// Sequences that run together when requests always wait.
TRANCHE_HD inline double saturated_sequences(const InferenceSetup& s, const ServingCase& c,
                                             const MemoryMap& memory, bool& limited_by_memory) {
  double sequences = memory.sequences;
  limited_by_memory = true;
  const double most = s.software.max_sequences * s.plan.attention_data / c.beams;
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

// Output tokens per second of a run of `requests` that pass in generations of at most
// `sequences`; the last generation may be smaller. Endless runs have full ones only.
TRANCHE_HD inline double tokens_per_s_in_generations(const InferenceSetup& s, const ServingCase& c,
                                                     double sequences) {
  if (!(c.requests > 0.0)) {
    return sequences * c.output_tokens / generation(s, c, sequences).seconds;
  }
  const double at_once = sequences < c.requests ? sequences : c.requests;
  const double full = static_cast<double>(static_cast<std::int64_t>(c.requests / at_once));
  const double rest = c.requests - full * at_once;
  double seconds = full * generation(s, c, at_once).seconds;
  if (rest >= 1.0) seconds += generation(s, c, rest).seconds;
  return c.requests * c.output_tokens / seconds;
}

// All requests wait at the start and have equal lengths, so that they pass in generations.
TRANCHE_HD inline ServingResult serve_saturated(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  r.memory = memory_map(s.model, s.plan, s.chip, s.on_chip, s.software,
                        c.input_tokens + c.beams * c.output_tokens);
  r.fits = r.memory.sequences >= 1.0;
  r.sequences = saturated_sequences(s, c, r.memory, r.limited_by_memory);
  if (r.sequences < 1.0) r.sequences = 1.0;
  const Generation full = generation(s, c, r.sequences);
  r.tokens_per_s = tokens_per_s_in_generations(s, c, r.sequences);
  r.sequences = full.sequences < r.sequences ? full.sequences : r.sequences;
  r.prefill = prefill_step(s, c, 1.0);
  r.decode = full.decode;
  r.time_per_token_s = full.seconds / c.output_tokens;
  r.time_to_first_token_s = r.prefill.total_s();
  return r;
}

// A fixed number of users. Steps in which another user's prompt is taken in are longer;
// a new prompt waits for the running step and for part of the prompts before it.
TRANCHE_HD inline ServingResult serve_closed_loop(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  r.memory =
      memory_map(s.model, s.plan, s.chip, s.on_chip, s.software, c.input_tokens + c.output_tokens);
  r.fits = r.memory.sequences >= 1.0;
  r.sequences = c.concurrency;
  if (r.fits && r.memory.sequences < r.sequences) {
    r.sequences = r.memory.sequences;
    r.limited_by_memory = true;
  }
  const double stages = s.plan.pipeline;
  const double context = c.input_tokens + 0.5 * c.output_tokens;
  r.prefill = prefill_step(s, c, 1.0);
  r.decode = decode_step(s, c, r.sequences);
  const double others = r.sequences > 1.0 ? r.sequences - 1.0 : 0.0;
  const double plain_s = r.decode.total_s();
  const PhaseTime mixed =
      step_time(s, {others / stages, context, c.input_tokens / stages, c.input_tokens});
  const double mixed_s = mixed.total_s() + s.software.prompt_s;
  const double added_s = mixed_s > plain_s ? mixed_s - plain_s : 0.0;
  r.time_per_token_s = plain_s + others / c.output_tokens * added_s;
  const double prompt_s = r.prefill.total_s() + s.software.prompt_s;
  r.time_to_first_token_s =
      prompt_s + 0.5 * (others > 0.0 ? plain_s : 0.0) + s.software.queue_share * others * prompt_s;
  const double waves = c.concurrency / r.sequences;
  const double request_s = r.time_to_first_token_s + (c.output_tokens - 1.0) * r.time_per_token_s;
  r.tokens_per_s = c.concurrency * c.output_tokens / (request_s * waves);
  return r;
}

// Requests arrive at a rate: by Little's law rate x output x time per token sequences
// run. Above the saturated rate the saturated state holds.
TRANCHE_HD inline ServingResult serve_open_loop(const InferenceSetup& s, const ServingCase& c) {
  ServingResult full = serve_saturated(s, c);
  const double offered = c.requests_per_s * c.output_tokens;
  if (!(offered > 0.0) || offered >= full.tokens_per_s) return full;
  ServingCase at = c;
  at.concurrency = 1.0;
  ServingResult r;
  for (int i = 0; i < 40; ++i) {  // the fixed point contracts below saturation
    r = serve_closed_loop(s, at);
    const double running = offered * r.time_per_token_s;
    const double next = running > 1.0 ? running : 1.0;
    at.concurrency = 0.5 * (at.concurrency + (next < full.sequences ? next : full.sequences));
  }
  r.tokens_per_s = offered;
  return r;
}

TRANCHE_HD inline ServingResult serve(const InferenceSetup& s, const ServingCase& c) {
  switch (c.load) {
    case Load::static_batch:
      return serve_static(s, c);
    case Load::saturated:
      return serve_saturated(s, c);
    case Load::closed_loop:
      return serve_closed_loop(s, c);
    case Load::open_loop:
      return serve_open_loop(s, c);
  }
  return {};
}

}  // namespace tranche::kernels
