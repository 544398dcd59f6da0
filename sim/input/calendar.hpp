// SPDX-License-Identifier: Apache-2.0

// Months and dates of scenario files.
#pragma once

#include <optional>
#include <string_view>

#include "sim/input/year_month.hpp"

namespace tranche {

// True for digits with a hyphen in the first place of a date's hyphen, "2026-02" or "2026-13-40":
// intended as a date, valid or not.
bool looks_like_date(std::string_view text);

// True if an unsupported text is intended as a date: "28.01.2026", "January 2026", "2026-Q1".
bool is_meant_as_date(std::string_view text);

// Parses "2026-02"; empty if it is not a month of the years 1970 to 2199.
std::optional<YearMonth> parse_year_month(std::string_view text);

// Returns the seconds from the first day of `start` to a date "2026-02-15" or to the first day of a
// month "2026-02" (negative before the start). Every month counts seconds_per_month, so that dates
// align with steps; empty if it is not a date.
std::optional<double> parse_date(std::string_view text, const YearMonth& start);

// Number of whole months from `start` to `month`, negative before it.
int months_between(const YearMonth& start, const YearMonth& month);

}  // namespace tranche
