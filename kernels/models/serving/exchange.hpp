// SPDX-License-Identifier: Apache-2.0

// Exchange of tokens between attention replicas and whole experts on other chips: dispatch and
// combine of expert parallelism. One fixed time and bytes over a rate, whatever the number of
// peers: measured dispatch between 8, 16, 32 and 64 H200 starts at 14 to 27 us and then takes a
// time proportional to the tokens (AIConfigurator silicon database, commit 095f58a5, Apache-2.0).
#pragma once

#include "kernels/models/chip/operators.hpp"
#include "kernels/models/serving/operators.hpp"

namespace tranche::kernels {

// Bytes of one value and its scales in dispatch, in the format that the experts multiply. Rows of
// 7,168 values take 7,408 bytes in fp8 (DeepEP: a 4-byte scale for 128 values, a header) and 4,032
// in NVFP4 (an 8-bit scale for 16 values).
TRANCHE_HD constexpr double dispatched_value_bytes(const InferenceSetup& s) {
  const double width = bytes_per_value(arithmetic_format(s.chip, s.model.expert_weights));
  return width == 0.5 ? 0.5625 : width == 1.0 ? 1.033 : 2.0;
}

// Copies of one token that leave a chip. `near`: to chips of its scale-up domain, `far`: to other
// domains by the network.
struct Copies {
  double near = 0;
  double far = 0;
};

// Expected number of distinct places among `places` that `copies` random choices reach.
TRANCHE_HD inline double distinct_places(double places, double copies) {
  return places * (1.0 - std::pow(1.0 - 1.0 / places, copies));
}

// The kernels of decoding send one copy for each expert, at most one for each chip. Those of
// prompts send one to each chip inside the domain and one to each other domain, which passes it on
// (DeepEP, "normal" and "low-latency" kernels; TensorRT-LLM's one-sided exchange).
TRANCHE_HD inline Copies copies_of(const InferenceSetup& s, bool with_prompts) {
  const double chips = static_cast<double>(s.plan.tensor) * s.plan.attention_data_parallel;
  const double domain = chips < s.chip.scale_up_chips ? chips : s.chip.scale_up_chips;
  const double active = s.model.shape.experts_active;
  if (!with_prompts) {
    const double sent = chips < active ? chips : active;
    return {sent * (domain - 1.0) / chips, sent * (1.0 - domain / chips)};
  }
  const double domains = chips / domain;
  return {distinct_places(chips, active) * (domain - 1.0) / chips,
          domains > 1.0 ? distinct_places(domains, active) * (domains - 1.0) / domains : 0.0};
}

// Fraction of the exchange that two half batches hide, one computing while the other communicates;
// small batches lose as much as they gain. Measured on DeepSeek-V3 between 72 H100: break-even at
// 64 to 128 tokens a chip and 43 % of dispatch and combine hidden at 256 (SGLang, "Deploying
// DeepSeek with PD disaggregation and large-scale expert parallelism", May 2025). Inside a scale-up
// domain engines hide the combine behind the shared expert, half as much (SGLang on GB200 NVL72,
// part II, September 2025; CloudMatrix384, arXiv 2506.12708).
TRANCHE_HD inline double hidden_share(const InferenceSetup& s, double tokens, bool leaves_domain) {
  constexpr double half_tokens = 128.0;
  const double filled = tokens * tokens / (tokens * tokens + half_tokens * half_tokens);
  return s.software.hidden_exchange * filled * (leaves_domain ? 1.0 : 0.5);
}

// Time of dispatch and combine of one layer, `tokens` on each chip; combine is in 16 bit. The
// slowest chip receives `expert_imbalance` times the mean. The network must be known if the chips
// are more than one domain.
TRANCHE_HD inline PhaseTime exchange_time(const InferenceSetup& s, double tokens,
                                          bool with_prompts) {
  if (tokens <= 0.0) return {};
  constexpr double combined_value_bytes = 2.03;  // DeepEP: 14,560 bytes for 7,168 values
  constexpr double network_efficiency = 0.93;  // 46 to 48 of 50 GB/s, the source of the file's head
  const Copies copies = copies_of(s, with_prompts);
  const double bytes = tokens * s.model.shape.hidden *
                       (dispatched_value_bytes(s) + combined_value_bytes) *
                       s.software.expert_imbalance;
  const auto seconds = [&](double sent, double link_bytes_per_s) {
    return sent > 0.0 && link_bytes_per_s > 0.0 ? sent * bytes / link_bytes_per_s : 0.0;
  };
  const double near_s =
      seconds(copies.near, s.chip.scale_up_bytes_per_s * s.on_chip.exchange_efficiency);
  const double far_s = seconds(copies.far, s.chip.scale_out_bytes_per_s * network_efficiency);
  PhaseTime time;
  time.network_s = p_norm(near_s, far_s) * (1.0 - hidden_share(s, tokens, copies.far > 0.0));
  time.launch_s = 2.0 * s.on_chip.exchange_latency_s;
  return time;
}

}  // namespace tranche::kernels
