// SPDX-License-Identifier: Apache-2.0
#include "sim/input/unit_table.hpp"

#include <array>

namespace tranche {
namespace {

using enum UnitKind;

constexpr double kibi = 1024.0;
constexpr double joules_per_kwh = 3.6e6;
constexpr double hour_s = 3600.0;
constexpr double day_s = 86'400.0;
constexpr double week_s = 7 * day_s;
constexpr double year_s = 365.25 * day_s;
constexpr double month_s = year_s / 12;
constexpr double quarter_s = 3 * month_s;

// One line per unit: kind, spelling, size in base units, usual.
constexpr std::array table = {
    Unit{count, "", 1, true},
    Unit{fraction, "", 1, false},
    Unit{fraction, "%", 0.01, true},
    Unit{fraction, "percent", 0.01, false},
    Unit{chips, "", 1, false},
    Unit{chips, "chips", 1, true},
    Unit{chips, "chip", 1, false},
    Unit{chips, "GPUs", 1, false},
    Unit{chips, "GPU", 1, false},
    Unit{chips_per_s, "chips/day", 1 / day_s, true},
    Unit{chips_per_s, "chips/week", 1 / week_s, true},
    Unit{chips_per_s, "chips/month", 1 / month_s, true},
    Unit{chips_per_s, "chips/quarter", 1 / quarter_s, true},
    Unit{chips_per_s, "chips/year", 1 / year_s, true},
    Unit{chips_per_s, "GPUs/day", 1 / day_s, false},
    Unit{chips_per_s, "GPUs/week", 1 / week_s, false},
    Unit{chips_per_s, "GPUs/month", 1 / month_s, false},
    Unit{chips_per_s, "GPUs/quarter", 1 / quarter_s, false},
    Unit{chips_per_s, "GPUs/year", 1 / year_s, false},
    Unit{tokens, "", 1, false},
    Unit{tokens, "tokens", 1, true},
    Unit{tokens, "token", 1, false},
    Unit{tokens_per_s, "tokens/s", 1, true},
    Unit{flop, "FLOP", 1, true},
    Unit{flop, "GFLOP", 1e9, true},
    Unit{flop, "TFLOP", 1e12, true},
    Unit{flop, "PFLOP", 1e15, true},
    Unit{flop, "EFLOP", 1e18, true},
    Unit{flop, "ZFLOP", 1e21, true},
    Unit{flop, "YFLOP", 1e24, true},
    Unit{flop_per_s, "FLOP/s", 1, true},
    Unit{flop_per_s, "MFLOP/s", 1e6, false},
    Unit{flop_per_s, "GFLOP/s", 1e9, true},
    Unit{flop_per_s, "TFLOP/s", 1e12, true},
    Unit{flop_per_s, "PFLOP/s", 1e15, true},
    Unit{flop_per_s, "EFLOP/s", 1e18, true},
    Unit{flop_per_s, "ZFLOP/s", 1e21, true},
    Unit{flop_per_s, "GFLOPS", 1e9, false},
    Unit{flop_per_s, "TFLOPS", 1e12, false},
    Unit{flop_per_s, "PFLOPS", 1e15, false},
    Unit{flop_per_s, "EFLOPS", 1e18, false},
    Unit{flop_per_s, "OP/s", 1, false},
    Unit{flop_per_s, "TOP/s", 1e12, false},
    Unit{flop_per_s, "POP/s", 1e15, false},
    Unit{flop_per_s, "TOPS", 1e12, false},
    Unit{bytes, "B", 1, true},
    Unit{bytes, "kB", 1e3, true},
    Unit{bytes, "MB", 1e6, true},
    Unit{bytes, "GB", 1e9, true},
    Unit{bytes, "TB", 1e12, true},
    Unit{bytes, "PB", 1e15, true},
    Unit{bytes, "EB", 1e18, false},
    Unit{bytes, "KiB", kibi, false},
    Unit{bytes, "MiB", kibi* kibi, false},
    Unit{bytes, "GiB", kibi* kibi* kibi, false},
    Unit{bytes, "TiB", kibi* kibi* kibi* kibi, false},
    Unit{bytes_per_s, "B/s", 1, true},
    Unit{bytes_per_s, "kB/s", 1e3, false},
    Unit{bytes_per_s, "MB/s", 1e6, true},
    Unit{bytes_per_s, "GB/s", 1e9, true},
    Unit{bytes_per_s, "TB/s", 1e12, true},
    Unit{bytes_per_s, "PB/s", 1e15, true},
    Unit{bytes_per_s, "EB/s", 1e18, false},
    Unit{bytes_per_s, "KiB/s", kibi, false},
    Unit{bytes_per_s, "MiB/s", kibi* kibi, false},
    Unit{bytes_per_s, "GiB/s", kibi* kibi* kibi, false},
    Unit{bytes_per_s, "TiB/s", kibi* kibi* kibi* kibi, false},
    Unit{bytes_per_s, "bit/s", 1.0 / 8, false},
    Unit{bytes_per_s, "Mbit/s", 1e6 / 8, false},
    Unit{bytes_per_s, "Gbit/s", 1e9 / 8, false},
    Unit{bytes_per_s, "Tbit/s", 1e12 / 8, false},
    Unit{bytes_per_s, "Mb/s", 1e6 / 8, false},
    Unit{bytes_per_s, "Gb/s", 1e9 / 8, false},
    Unit{bytes_per_s, "Tb/s", 1e12 / 8, false},
    Unit{watts, "W", 1, true},
    Unit{watts, "kW", 1e3, true},
    Unit{watts, "MW", 1e6, true},
    Unit{watts, "GW", 1e9, true},
    Unit{joules, "Wh", joules_per_kwh / 1e3, true},
    Unit{joules, "kWh", joules_per_kwh, true},
    Unit{joules, "MWh", joules_per_kwh * 1e3, true},
    Unit{joules, "GWh", joules_per_kwh * 1e6, true},
    Unit{joules, "J", 1, false},
    Unit{seconds, "us", 1e-6, false},
    Unit{seconds, "ms", 1e-3, false},
    Unit{seconds, "s", 1, true},
    Unit{seconds, "min", 60, true},
    Unit{seconds, "hours", hour_s, true},
    Unit{seconds, "days", day_s, true},
    Unit{seconds, "weeks", week_s, true},
    Unit{seconds, "months", month_s, true},
    Unit{seconds, "quarters", quarter_s, true},
    Unit{seconds, "years", year_s, true},
    Unit{seconds, "second", 1, false},
    Unit{seconds, "seconds", 1, false},
    Unit{seconds, "minute", 60, false},
    Unit{seconds, "minutes", 60, false},
    Unit{seconds, "h", hour_s, false},
    Unit{seconds, "hour", hour_s, false},
    Unit{seconds, "day", day_s, false},
    Unit{seconds, "week", week_s, false},
    Unit{seconds, "month", month_s, false},
    Unit{seconds, "quarter", quarter_s, false},
    Unit{seconds, "year", year_s, false},
    Unit{per_second, "per second", 1, false},
    Unit{per_second, "per hour", 1 / hour_s, true},
    Unit{per_second, "per day", 1 / day_s, true},
    Unit{per_second, "per month", 1 / month_s, true},
    Unit{per_second, "per year", 1 / year_s, true},
    Unit{per_second, "%/day", 0.01 / day_s, false},
    Unit{per_second, "%/month", 0.01 / month_s, true},
    Unit{per_second, "%/year", 0.01 / year_s, true},
    Unit{usd, "USD", 1, true},
    Unit{usd, "dollars", 1, false},
    Unit{usd_per_joule, "USD/kWh", 1 / joules_per_kwh, true},
    Unit{usd_per_joule, "USD/MWh", 1 / (joules_per_kwh * 1e3), true},
    Unit{mm2, "mm2", 1, true},
    Unit{mm2, "cm2", 100, false},
    Unit{tpp, "TPP", 1, true},
    Unit{tpp_per_mm2, "TPP/mm2", 1, true},
};

}  // namespace

std::span<const Unit> unit_table() { return table; }

const Unit* find_unit(UnitKind kind, std::string_view text) {
  for (const Unit& unit : table) {
    if (unit.kind == kind && unit.text == text) return &unit;
  }
  return nullptr;
}

}  // namespace tranche
