// SPDX-License-Identifier: Apache-2.0

// Serving of a fixed number of users (closed loop), or of requests that arrive at a given rate
// (open loop).
#pragma once

#include "kernels/models/serving/saturated.hpp"

namespace tranche::kernels {

// Time per output token of a sequence while `running` sequences are decoded: a decode step, and the
// fraction of steps that other prompts lengthen. While a sequence produces its output, every other
// sequence ends and is replaced once, so one prompt per other sequence is processed in between.
struct TokenTime {
  PhaseTime decode;
  double seconds = 0;
  double prompt_step_s = 0;  // seconds of a step that also processes a prompt
  double prompt_adds_s = 0;  // additional seconds of that step
};

TRANCHE_HD inline TokenTime token_time(const InferenceSetup& s, const ServingCase& c,
                                       double running) {
  const double stages = s.plan.pipeline;
  const double others = running > 1.0 ? running - 1.0 : 0.0;
  const double context = c.input_tokens + 0.5 * c.output_tokens;
  TokenTime t;
  t.decode = decode_step(s, c, running);
  const double plain_s = t.decode.total_s();
  t.prompt_step_s =
      step_time(s, {others / stages, context, c.input_tokens / stages, c.input_tokens}).total_s() +
      s.software.prompt_s;
  t.prompt_adds_s = t.prompt_step_s > plain_s ? t.prompt_step_s - plain_s : 0.0;
  t.seconds = plain_s / s.speculation.accepted_tokens + others / c.output_tokens * t.prompt_adds_s;
  return t;
}

// Seconds until the first token if memory holds every user: the prompt, the running step, and a
// fraction of the other users' prompts. A fraction, because users that start together stay partly
// in step (the measured loops start all of them at once).
TRANCHE_HD inline double first_token_s(const InferenceSetup& s, const ServingCase& c,
                                       const TokenTime& token, double prompt_s) {
  const double others = c.concurrency > 1.0 ? c.concurrency - 1.0 : 0.0;
  return prompt_s + (others > 0.0 ? 0.5 * token.decode.total_s() : 0.0) +
         s.software.queue_share * others * prompt_s;
}

// A fixed number of users, each waiting for a first token or receiving output. The fraction of a
// user's cycle spent on output equals the fraction of users that are decoded together; the two are
// solved by iteration.
TRANCHE_HD inline ServingResult serve_closed_loop(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  r.memory = memory_map(s.model, s.plan, s.chip, s.on_chip, s.software, occupied_tokens(s, c));
  r.fits = r.memory.sequences >= 1.0;
  double slots = c.concurrency;
  if (r.fits && r.memory.sequences < slots) slots = r.memory.sequences;
  r.prefill = prefill_step(s, c, 1.0);
  const double prompt_s = r.prefill.total_s() + s.software.prompt_s;
  double running = slots;
  double wanted = c.concurrency;
  double wait_s = 0.0;
  TokenTime token;
  for (int i = 0; i < 12; ++i) {  // contracts by the fraction of a cycle spent waiting
    token = token_time(s, c, running);
    wait_s = first_token_s(s, c, token, prompt_s);
    const double output_s = c.output_tokens * token.seconds;
    wanted = c.concurrency * output_s / (wait_s + output_s);
    running = wanted < slots ? wanted : slots;
    if (running < 1.0) running = 1.0;
  }
  r.sequences = running;
  r.decode = token.decode;
  r.tpot_s = token.seconds;
  r.time_to_first_token_s = wait_s;
  r.tokens_per_s = running / token.seconds;
  r.limited_by_memory = wanted > slots;
  if (r.limited_by_memory) {
    // The rest of a cycle is waiting: for memory before the first token or, if sequences are
    // admitted by their prompt, also while preempted in the middle of output.
    if (s.software.admits_by_prompt > 0.0) {
      const double let_in = slots * occupied_tokens(s, c) / c.input_tokens;
      r.tpot_s *= (let_in < wanted ? let_in : wanted) / slots;
    }
    const double cycle_s = c.concurrency * c.output_tokens / r.tokens_per_s;
    const double rest_s = cycle_s - c.output_tokens * r.tpot_s;
    if (rest_s > wait_s) r.time_to_first_token_s = rest_s;
  }
  return r;
}

// Seconds until the first token of a request that arrives at random: half of a running step, the
// step with its prompt, and the queue of prompts by the Pollaczek-Khinchine formula for a constant
// service time (M/D/1). Negative: prompts arrive faster than they can be processed.
TRANCHE_HD inline double first_token_after_arrival_s(const ServingCase& c, const TokenTime& token,
                                                     double running) {
  const double busy = c.requests_per_s * token.prompt_adds_s;
  if (busy >= 1.0) return -1.0;
  const double occupied = running < 1.0 ? running : 1.0;
  return 0.5 * occupied * token.decode.total_s() + token.prompt_step_s +
         0.5 * busy / (1.0 - busy) * token.prompt_adds_s;
}

// Requests arrive at a rate: by Little's law, rate x output x time per token sequences run. Above
// the saturated rate, or if all arrive at once (rate 0), the saturated state holds; a run whose
// requests all fit into memory still processes prompts at once.
TRANCHE_HD inline ServingResult serve_open_loop(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r = serve_saturated(s, c);
  const double offered = c.requests_per_s * c.output_tokens;
  if (!(offered > 0.0)) return r;
  const bool saturated = offered >= r.tokens_per_s;
  const double most = r.sequences;
  double running = saturated ? most : 1.0;
  TokenTime token = token_time(s, c, running);
  if (!saturated) {
    double busy = running;
    for (int i = 0; i < 40; ++i) {  // the fixed-point iteration contracts below saturation
      token = token_time(s, c, running);
      busy = offered * token.seconds;
      const double next = busy < 1.0 ? 1.0 : busy < most ? busy : most;
      running = 0.5 * (running + next);
    }
    r.sequences = busy < most ? busy : most;
    r.decode = token.decode;
    r.tpot_s = token.seconds;
    r.tokens_per_s = offered;
    r.limited_by_memory = false;
    running = r.sequences;
  }
  const double first_s = first_token_after_arrival_s(c, token, running);
  if (first_s > 0.0) r.time_to_first_token_s = first_s;
  return r;
}

}  // namespace tranche::kernels
