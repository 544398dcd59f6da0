// SPDX-License-Identifier: Apache-2.0

// Months and dates as scenario files write them.
#pragma once

#include <optional>
#include <string_view>

#include "sim/input/year_month.hpp"

namespace tranche {

// Digits with a hyphen where a date has its first one, "2026-02" or "2026-13-40": meant as a
// date, though it may be none.
bool looks_like_date(std::string_view text);

// Whether a text that is no date of ours is meant as one: "28.01.2026", "January 2026", "2026-Q1".
bool is_meant_as_date(std::string_view text);

// "2026-02"; empty when it is not a month of the years 1970 to 2199.
std::optional<YearMonth> parse_year_month(std::string_view text);

// Seconds from the first day of `start` to a date "2026-02-15" or to the first day of
// a month "2026-02" (negative before the start). Every month counts
// seconds_per_month, so that dates and steps line up; empty when it is no date.
std::optional<double> parse_date(std::string_view text, const YearMonth& start);

// Whole months from `start` to `month`, negative before it.
int months_between(const YearMonth& start, const YearMonth& month);

}  // namespace tranche
