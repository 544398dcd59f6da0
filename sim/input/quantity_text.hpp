// SPDX-License-Identifier: Apache-2.0

// Parses quantities: "4.8 TB/s", "900 MW", "3 months", "$27k", "25 %". Independent of the locale.
// Ambiguous text is refused with its position and the accepted forms.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// Kind of a quantity; the comment names the base unit of returned values.
enum class UnitKind {
  count,          // 1; "400_000", "1.5M", "3 billion"
  fraction,       // 1; "0.4" or "40 %"
  chips,          // chips; "400k", "75_000 chips"
  chips_per_s,    // chips per second; "5000 chips/month"
  tokens,         // tokens; "15.6T tokens"
  tokens_per_s,   // tokens per second
  flop,           // floating-point operations
  flop_per_s,     // FLOP per second; "989.5 TFLOP/s", also "TOP/s" for integers
  bytes,          // bytes; "141 GB", "80 GiB"
  bytes_per_s,    // bytes per second; "4.8 TB/s", "400 Gbit/s"
  watts,          // watts
  joules,         // joules; "12 MWh"
  seconds,        // seconds; "3 months" (a month is 365.25/12 days)
  per_second,     // 1 per second; "1 %/year", "0.2 per day"
  usd,            // US dollars; "27_000 USD", "$27k"
  usd_per_joule,  // US dollars per joule; "0.08 USD/kWh"
  mm2,            // square millimetres
  tpp,            // total processing performance, TOPS x bits; "4800 TPP"
  tpp_per_mm2,    // performance density; "5.92 TPP/mm2"
};

// Error in a quantity. `problem` continues with " for `key`".
struct QuantityProblem {
  std::string problem = {};
  std::size_t offset = 0;  // bytes into the text
  std::size_t length = 1;
  std::vector<std::string> help = {};
};

struct ParsedQuantity {
  std::optional<double> value = std::nullopt;  // in the base unit; finite
  std::string_view unit = {};                  // as written, "months"; empty if there is none
  QuantityProblem problem = {};                // set if there is no value
  explicit operator bool() const { return value.has_value(); }
};

// Parses one quantity. A unit is required, except for the kinds count, fraction, chips and tokens.
// Magnitudes k, M, B, T (thousand to trillion; also K and bn) are accepted only for count, chips,
// tokens, usd and rates of chips and tokens; without one, a point before three digits is refused
// there (except for a count), see has_thousands_point.
ParsedQuantity parse_quantity(std::string_view whole, UnitKind kind);

struct ParsedRange {
  std::optional<double> low = std::nullopt, high = std::nullopt;
  std::string_view unit = {};  // unit of the second end, as written; empty if there is none
  QuantityProblem problem = {};
  explicit operator bool() const { return low.has_value() && high.has_value(); }
};

// Parses "300k to 500k" or "300 to 500 MW": the unit of the second end applies to the first if that
// has none, and so does its magnitude if the first is a plain number. Does not compare the ends.
ParsedRange parse_quantity_range(std::string_view text, UnitKind kind);

// True for "20.000": a decimal point that other locales use to group thousands, so that twenty or
// twenty thousand may be intended.
bool has_thousands_point(std::string_view number);
// Returns unambiguous forms.
std::vector<std::string> thousands_help(std::string_view number);

// True if the text has the form of a range (" to " between two parts).
bool is_range_text(std::string_view text);

// "a bandwidth": quantity in messages.
std::string_view what_it_measures(UnitKind kind);

// Returns the units accepted for the kind, the usual ones first; empty for a pure number.
std::vector<std::string> accepted_units(UnitKind kind);

// "units accepted here: `B/s`, `GB/s`, `TB/s`", or the required form without a unit.
std::string units_help(UnitKind kind);

// Formats a value in the base unit with a readable unit: 4.8e12 -> "4.8 TB/s".
std::string quantity_text(double value, UnitKind kind);

}  // namespace tranche
