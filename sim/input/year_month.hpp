// SPDX-License-Identifier: Apache-2.0

// A month of the calendar, and how long a month is taken to be.
#pragma once

namespace tranche {

inline constexpr double seconds_per_month = 365.25 / 12.0 * 86400.0;

struct YearMonth {
  int year = 2026;
  int month = 1;  // 1 to 12
};

}  // namespace tranche
