// SPDX-License-Identifier: Apache-2.0

// Measured coefficients of the inference model, by chip generation and by generation of serving
// software. Read from scenarios/catalogue/inference_coefficients.toml.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/models/chip/chip_params.hpp"
#include "kernels/models/serving/coefficients.hpp"
#include "sim/performance/coefficients/coefficient_file.hpp"

namespace tranche {

// Generations of serving software with different overhead and scheduling. All versions of a
// generation share their coefficients.
enum class ServingSoftware {
  tensorrt_llm_static_2023,    // TensorRT-LLM 0.5 and 0.6, static batches
  tensorrt_llm_static_2024,    // 0.7 to 0.9, static batches
  tensorrt_llm_inflight_2024,  // 0.10 to 0.15, in-flight batching
  tensorrt_llm_inflight_2025,  // 0.16 to 0.19, and unstated versions
  tensorrt_llm_eager,          // 0.20, PyTorch without captured graphs
  tensorrt_llm_pytorch,        // 0.21 and later
  tensorrt_mlperf,             // TensorRT in MLPerf submissions, CUDA 12: rounds v4.0 to v5.1
  tensorrt_mlperf_2026,        // the same, CUDA 13: rounds v6.0 and later
  vllm_v0,                     // before 0.8
  vllm_v1,                     // 0.8 to 0.12, and unstated versions
  vllm_2026,                   // 0.13 and later
  sglang,
};
inline constexpr int serving_software_count = 12;
inline constexpr int chip_generation_count = 5;

// Software of questions that name none.
inline constexpr ServingSoftware default_serving_software = ServingSoftware::tensorrt_llm_pytorch;

std::string_view serving_software_name(ServingSoftware software);
std::string_view chip_generation_name(kernels::ChipGeneration generation);

// Returns the generation of a software from the text of a measured case: "vllm 0.18.0",
// "TensorRT-LLM 0.17 (in-flight batching)", "TensorRT 10.2, CUDA 12.4". Unknown software is
// vllm_v1.
ServingSoftware serving_software_of(std::string_view written);

// True if its default cache is in 8 bit with narrow weights: TensorRT-LLM; others keep 16 bit.
bool sets_narrow_cache(ServingSoftware software);

struct InferenceCoefficients {
  std::array<kernels::ChipInferenceCoefficients, chip_generation_count> chips;
  std::array<kernels::SoftwareCoefficients, serving_software_count> software;

  const kernels::ChipInferenceCoefficients& of(kernels::ChipGeneration generation) const {
    return chips[static_cast<std::size_t>(generation)];
  }
  const kernels::SoftwareCoefficients& of(ServingSoftware generation) const {
    return software[static_cast<std::size_t>(generation)];
  }
};

// Returns every coefficient with its name, "chip.hopper.kv_efficiency", in a fixed order.
std::vector<NamedCoefficient> named_coefficients(InferenceCoefficients& coefficients);

// Reads <data_folder>/catalogue/inference_coefficients.toml. Requires every generation and
// coefficient, and `source` and `fit_error` in every table; throws InputError with all problems,
// including unknown keys.
InferenceCoefficients read_inference_coefficients(const std::string& data_folder);

}  // namespace tranche
