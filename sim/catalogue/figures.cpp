// SPDX-License-Identifier: Apache-2.0

// Figures computed from a chip's entry: TPP, performance density, yardsticks, and the
// parameters that kernels read.
#include <algorithm>
#include <array>

#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/precisions.hpp"

namespace tranche {
namespace {

// Formats that the rule counts; of equals, the first is named.
constexpr std::array<std::string_view, 7> counted_formats = {"int8",        "fp8",  "bf16", "fp4",
                                                             "fp64_tensor", "fp64", "fp32"};
static_assert(std::ranges::all_of(counted_formats,
                                  [](std::string_view word) {
                                    const PrecisionInfo* const info = precision_info(word);
                                    return info != nullptr && (info->uses & as_rate) != 0;
                                  }),
              "the catalogue has a rate of every counted format");

// Bit length of an operation.
double bits_of(std::string_view counted_format) {
  constexpr double byte_bits = 8;
  return byte_bits * kernels::bytes_per_value(precision_info(counted_format)->format);
}

struct TppResult {
  double tpp = 0;
  std::string_view precision;
};

std::optional<TppResult> best_tpp(const ChipEntry& chip) {
  constexpr double tera = 1e12;
  std::optional<TppResult> best;
  for (const std::string_view format : counted_formats) {
    const auto rate = chip.dense_flop_per_s.find(std::string(format));
    if (rate == chip.dense_flop_per_s.end()) continue;
    const double tpp = rate->second.value / tera * bits_of(format);
    if (!best || tpp > best->tpp) best = TppResult{.tpp = tpp, .precision = format};
  }
  return best;
}

std::optional<double> rate_of(const ChipEntry& chip, std::string_view precision) {
  const auto rate = chip.dense_flop_per_s.find(std::string(precision));
  if (rate == chip.dense_flop_per_s.end()) return std::nullopt;
  return rate->second.value;
}

std::optional<double> figure_of(std::string_view figure, const ChipEntry& chip) {
  if (figure == "tpp") return total_processing_performance(chip);
  if (figure == "memory_bandwidth") {
    if (!chip.memory_bandwidth_bytes_per_s) return std::nullopt;
    return chip.memory_bandwidth_bytes_per_s->value;
  }
  if (figure == "int8_or_fp8") {
    const std::optional<double> int8 = rate_of(chip, "int8");
    const std::optional<double> fp8 = rate_of(chip, "fp8");
    if (!int8 && !fp8) return std::nullopt;
    return std::max(int8.value_or(0), fp8.value_or(0));
  }
  return rate_of(chip, figure);
}

double value_or_zero(const MaybeNumber& number) { return number ? number->value : 0; }

kernels::ChipGeneration generation_of(std::string_view name) {
  if (name == "ampere") return kernels::ChipGeneration::ampere;
  if (name == "hopper") return kernels::ChipGeneration::hopper;
  if (name == "blackwell") return kernels::ChipGeneration::blackwell;
  if (name == "cdna3") return kernels::ChipGeneration::cdna3;
  return kernels::ChipGeneration::other;
}

void set_peaks(const ChipEntry& chip, kernels::ChipParams& params) {
  for (const PrecisionInfo& info : precision_table)
    if (const auto rate = rate_of(chip, info.rate))
      params.peak_flop_per_s[static_cast<int>(info.format)] = *rate;
  params.vector_fp32_flop_per_s = rate_of(chip, "fp32").value_or(0);
  params.vector_fp64_flop_per_s = rate_of(chip, "fp64").value_or(0);
}

}  // namespace

std::optional<double> total_processing_performance(const ChipEntry& chip) {
  const std::optional<TppResult> best = best_tpp(chip);
  if (!best) return std::nullopt;
  return best->tpp;
}

std::string precision_setting_tpp(const ChipEntry& chip) {
  const std::optional<TppResult> best = best_tpp(chip);
  return best ? std::string(best->precision) : std::string();
}

std::optional<double> performance_density(const ChipEntry& chip) {
  const std::optional<double> tpp = total_processing_performance(chip);
  if (!tpp || !chip.die_area_mm2) return std::nullopt;
  return *tpp / chip.die_area_mm2->value;
}

std::optional<double> yardstick_value(const Yardstick& yardstick, const ChipEntry& chip,
                                      const Catalogue& catalogue) {
  const ChipEntry* reference = catalogue.find_chip(yardstick.reference_chip);
  if (reference == nullptr) return std::nullopt;
  const std::optional<double> unit = figure_of(yardstick.figure, *reference);
  const std::optional<double> value = figure_of(yardstick.figure, chip);
  if (!unit || !value || *unit <= 0) return std::nullopt;
  return *value / *unit;
}

kernels::ChipParams chip_params(const ChipEntry& chip) {
  kernels::ChipParams params;
  params.generation = generation_of(chip.generation);
  set_peaks(chip, params);
  params.memory_bandwidth_bytes_per_s = value_or_zero(chip.memory_bandwidth_bytes_per_s);
  params.memory_capacity_bytes = value_or_zero(chip.memory_capacity_bytes);
  params.scale_up_bytes_per_s = value_or_zero(chip.scale_up_bytes_per_s) / 2;
  params.scale_up_chips =
      chip.scale_up_chips ? static_cast<std::int32_t>(chip.scale_up_chips->value) : 1;
  params.scale_out_bytes_per_s = value_or_zero(chip.scale_out_bytes_per_s);
  params.tdp_w = value_or_zero(chip.tdp_w);
  return params;
}

}  // namespace tranche
