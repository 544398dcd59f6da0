// SPDX-License-Identifier: Apache-2.0

// How well measured cases support a prediction.
#pragma once

#include <string>

namespace tranche::api {

// 90 % interval of the measured over the predicted value, from cases left out of the fit, and a
// grade: "A" measured like this, "B" near, "C" extrapolated, "D" nothing like it was ever checked.
struct Support {
  double low = 0, high = 0;  // 0 < low <= 1 <= high; 0: no measured cases of this question
  std::string grade;         // empty: computed from stated efficiencies, not predicted
  std::string why;           // "C: extrapolated along architecture (nearest: H100-SXM, …)"
};

}  // namespace tranche::api
