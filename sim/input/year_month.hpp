// SPDX-License-Identifier: Apache-2.0

// A calendar month, and the length of a month.
#pragma once

namespace tranche {

inline constexpr double seconds_per_month = 365.25 / 12.0 * 86400.0;

struct YearMonth {
  int year = 2026;
  int month = 1;  // 1 to 12
};

}  // namespace tranche
