// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <string>

#include "sim/input/plain_text.hpp"
#include "sim/performance/coefficients/serving.hpp"

namespace tranche {
namespace {

constexpr std::array<std::string_view, serving_software_count> software_names = {
    "tensorrt_llm_static_2023",
    "tensorrt_llm_static_2024",
    "tensorrt_llm_inflight_2024",
    "tensorrt_llm_inflight_2025",
    "tensorrt_llm_eager",
    "tensorrt_llm_pytorch",
    "tensorrt_mlperf",
    "tensorrt_mlperf_2026",
    "vllm_v0",
    "vllm_v1",
    "vllm_2026",
    "sglang"};
constexpr std::array<std::string_view, chip_generation_count> generation_names = {
    "other", "ampere", "hopper", "blackwell", "cdna3"};

// 100 * major + minor of the first "major.minor" in the text, 0 if there is none.
int version_in(const std::string& text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) continue;
    std::size_t end = i;
    int major = 0;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) {
      major = major * 10 + (text[end++] - '0');
    }
    if (end + 1 >= text.size() || text[end] != '.') return 0;
    int minor = 0;
    for (++end; end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])); ++end) {
      minor = minor * 10 + (text[end] - '0');
    }
    return 100 * major + minor;
  }
  return 0;
}

ServingSoftware tensorrt_llm_of(const std::string& text) {
  const int version = version_in(text);
  // Versions of NVIDIA Dynamo are not those of the engine; it began with the PyTorch flow.
  if (contains(text, "dynamo")) return ServingSoftware::tensorrt_llm_pytorch;
  if (version == 0 && (contains(text, "2025)") || contains(text, "2026)")))
    return ServingSoftware::tensorrt_llm_pytorch;
  if (version == 0)
    return contains(text, "not recorded") ? ServingSoftware::tensorrt_llm_pytorch
                                          : ServingSoftware::tensorrt_llm_inflight_2025;
  if (version < 7) return ServingSoftware::tensorrt_llm_static_2023;
  if (version < 10) return ServingSoftware::tensorrt_llm_static_2024;
  if (version < 16) return ServingSoftware::tensorrt_llm_inflight_2024;
  if (version < 20) return ServingSoftware::tensorrt_llm_inflight_2025;
  if (version == 20) return ServingSoftware::tensorrt_llm_eager;
  return ServingSoftware::tensorrt_llm_pytorch;
}

ServingSoftware mlperf_of(const std::string& text) {
  return contains(text, "cuda 13") ? ServingSoftware::tensorrt_mlperf_2026
                                   : ServingSoftware::tensorrt_mlperf;
}

}  // namespace

std::string_view serving_software_name(ServingSoftware software) {
  return software_names[static_cast<std::size_t>(software)];
}

std::string_view chip_generation_name(kernels::ChipGeneration generation) {
  return generation_names[static_cast<std::size_t>(generation)];
}

bool sets_narrow_cache(ServingSoftware software) { return software < ServingSoftware::vllm_v0; }

ServingSoftware serving_software_of(std::string_view written) {
  const std::string text = lower_case(written);
  for (std::size_t i = 0; i < std::size(software_names); ++i)
    if (text == software_names[i]) return static_cast<ServingSoftware>(i);
  if (contains(text, "(tensorrt ") || contains(text, "mlpinf")) return mlperf_of(text);
  if (contains(text, "tensorrt-llm") || contains(text, "trtllm") || contains(text, "trt-llm")) {
    return tensorrt_llm_of(text);
  }
  if (contains(text, "tensorrt")) return mlperf_of(text);
  if (contains(text, "sglang")) return ServingSoftware::sglang;
  const int version = contains(text, "vllm") ? version_in(text) : 0;
  if (version >= 13 || (contains(text, "vllm") && contains(text, "2026)")))
    return ServingSoftware::vllm_2026;
  return version > 0 && version < 8 ? ServingSoftware::vllm_v0 : ServingSoftware::vllm_v1;
}

}  // namespace tranche
