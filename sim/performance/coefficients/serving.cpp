// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/coefficients/serving.hpp"

namespace tranche {

std::vector<NamedCoefficient> named_coefficients(InferenceCoefficients& coefficients) {
  std::vector<NamedCoefficient> list;
  for (int i = 0; i < chip_generation_count; ++i) {
    const auto generation = static_cast<kernels::ChipGeneration>(i);
    const std::string prefix = "chip." + std::string(chip_generation_name(generation)) + ".";
    kernels::for_each_chip_coefficient(coefficients.chips[static_cast<std::size_t>(i)],
                                       [&](const char* name, double& value) {
                                         list.push_back({prefix + name, &value});
                                       });
  }
  for (int i = 0; i < serving_software_count; ++i) {
    const auto generation = static_cast<ServingSoftware>(i);
    const std::string prefix = "software." + std::string(serving_software_name(generation)) + ".";
    kernels::for_each_software_coefficient(coefficients.software[static_cast<std::size_t>(i)],
                                           [&](const char* name, double& value) {
                                             list.push_back({prefix + name, &value});
                                           });
  }
  return list;
}

InferenceCoefficients read_inference_coefficients(const std::string& data_folder) {
  InferenceCoefficients coefficients;
  read_coefficient_file(data_folder + "/catalogue/inference_coefficients.toml",
                        named_coefficients(coefficients));
  return coefficients;
}

}  // namespace tranche
