// SPDX-License-Identifier: Apache-2.0

// Performance of a served model: tokens per second, time to first token, time per output token,
// batch and binding component, for four load patterns. Formulas: docs/methods/serving.md.
#pragma once

#include "kernels/models/serving/users.hpp"

namespace tranche::kernels {

TRANCHE_HD inline ServingResult serve_static(const InferenceSetup& s, const ServingCase& c) {
  ServingResult r;
  const double stages = s.plan.pipeline;
  r.sequences = c.concurrency;
  // As many groups as stages enter one after another; the last one ends when the first has passed
  // all stages and the others have followed, one stage apart.
  r.prefill = (2.0 * stages - 1.0) / stages * prefill_step(s, c, c.concurrency / stages);
  r.decode = decode_step(s, c, c.concurrency);
  r.time_to_first_token_s = r.prefill.total_s();
  r.tpot_s = r.decode.total_s() / s.speculation.accepted_tokens;
  const double seconds = r.time_to_first_token_s + (c.output_tokens - 1.0) * r.tpot_s;
  r.tokens_per_s = c.concurrency * c.output_tokens / seconds;
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
