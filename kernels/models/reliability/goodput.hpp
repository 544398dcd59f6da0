// SPDX-License-Identifier: Apache-2.0

// Goodput: fraction of wall time in which one job makes progress, given its failures.
//
// With failures at rate r per second, restart (with detection) R, checkpoints that block for d
// after each t of work, the expected wall time of t of work is
//   exp(r R) (exp(r (t + d)) - 1) / r
// (Daly, "A higher order estimate of the optimum checkpoint interval for restart
// dumps", Future Generation Computer Systems 22, 2006: the complete model, renewal
// form). It holds where losses are large, unlike the additive first-order form.
#pragma once

#include "kernels/base/host_device.hpp"
#include "kernels/base/math_float.hpp"

namespace tranche::kernels {

struct FailureModel {
  float node_failures_per_s = 0;  // per node
  float job_failures_per_s = 0;   // other causes, per job
  float chips_per_node = 8;
  float recovery_s = 0;          // detection and restart
  float checkpoint_write_s = 0;  // blocking
};

// exp(x) - 1 for x >= 0, without the cancellation at small x. Below 0.25 a Taylor
// polynomial of degree six (remainder below 0.25^6 / 5040 = 5e-8 of the result).
TRANCHE_HD_INLINE float exp_minus_one(float x) {
  const float series =
      x * (1.0f + x * (0.5f + x * (1.0f / 6.0f + x * (1.0f / 24.0f +
                                                      x * (1.0f / 120.0f + x * (1.0f / 720.0f))))));
  return x < 0.25f ? series : exp(x) - 1.0f;
}

TRANCHE_HD_INLINE float job_failure_rate_per_s(const FailureModel& model, float job_chips) {
  return model.node_failures_per_s * (job_chips / model.chips_per_node) + model.job_failures_per_s;
}

// Work between checkpoints that maximises goodput, in seconds: Daly 2006, equation 37,
//   sqrt(2 d M) (1 + sqrt(d / 2 M) / 3 + (d / 2 M) / 9) - d   for d < 2 M, else M,
// with M the mean time between failures and d the checkpoint write.
TRANCHE_HD_INLINE float optimal_checkpoint_interval_s(float failure_rate_per_s,
                                                      float checkpoint_write_s) {
  const float rate = failure_rate_per_s > 1e-12f ? failure_rate_per_s : 1e-12f;
  const float mean_s = 1.0f / rate;
  const float write_s = checkpoint_write_s > 1e-3f ? checkpoint_write_s : 1e-3f;
  const float ratio = write_s / (2.0f * mean_s);
  const float interval_s =
      __builtin_sqrtf(2.0f * write_s * mean_s) *
          (1.0f + __builtin_sqrtf(ratio) * (1.0f / 3.0f) + ratio * (1.0f / 9.0f)) -
      write_s;
  return ratio < 1.0f ? interval_s : mean_s;
}

// Fraction of wall time that is progress, in (0, 1].
TRANCHE_HD_INLINE float goodput_fraction(const FailureModel& model, float job_chips,
                                         float checkpoint_interval_s) {
  const float rate = job_failure_rate_per_s(model, job_chips);
  const float safe_rate = rate > 1e-12f ? rate : 1e-12f;
  const float exponent = safe_rate * (checkpoint_interval_s + model.checkpoint_write_s);
  const float bounded = exponent < 60.0f ? exponent : 60.0f;
  const float recovery = safe_rate * model.recovery_s;
  const float expected_s =
      exp(recovery < 25.0f ? recovery : 25.0f) * exp_minus_one(bounded) / safe_rate;
  return checkpoint_interval_s / expected_s;
}

}  // namespace tranche::kernels
