// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/plan/trained_format.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/models/chip/operators.hpp"
#include "sim/catalogue/precisions.hpp"
#include "sim/performance/plan/training_case_text.hpp"

namespace tranche {
namespace {

// flop/s; 0 if the chip has no such rate or the word is unknown.
double rate_flop_per_s(const kernels::ChipParams& chip, const std::string& name) {
  const auto format = training_precision(name);
  return format ? kernels::sustained_peak(chip, *format) : 0.0;
}

}  // namespace

std::vector<std::string> trained_format_names() { return precision_names(as_trained); }

std::vector<std::string> trainable_formats(const kernels::ChipParams& chip) {
  std::vector<std::string> names;
  for (const std::string& name : trained_format_names()) {
    if (rate_flop_per_s(chip, name) > 0.0) names.push_back(name);
  }
  return names;
}

std::optional<TrainedFormat> trained_format(const std::string& asked, const std::string& chip_name,
                                            const kernels::ChipParams& chip) {
  const double bf16_flop_per_s = rate_flop_per_s(chip, "bf16");
  const double fp8_flop_per_s = rate_flop_per_s(chip, "fp8");
  if (asked == "best") {
    if (fp8_flop_per_s > bf16_flop_per_s) return TrainedFormat{"fp8", ""};
    if (bf16_flop_per_s > 0.0) return TrainedFormat{"bf16", ""};
    return std::nullopt;
  }
  const std::vector<std::string> known = trained_format_names();
  if (std::find(known.begin(), known.end(), asked) == known.end()) return std::nullopt;
  if (rate_flop_per_s(chip, asked) > 0.0) return TrainedFormat{asked, ""};
  if (!(bf16_flop_per_s > 0.0)) return std::nullopt;
  return TrainedFormat{"bf16", fmt::format("{} has no {} rate", chip_name, asked)};
}

}  // namespace tranche
