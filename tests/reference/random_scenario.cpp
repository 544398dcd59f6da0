// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/random_scenario.hpp"

#include <algorithm>
#include <initializer_list>
#include <random>

namespace tranche::reference {

void Section::set(const std::string& key, const std::string& value) {
  for (auto& [name, old] : lines)
    if (name == key) {
      old = value;
      return;
    }
  lines.emplace_back(key, value);
}

std::string Section::get(const std::string& key) const {
  for (const auto& [name, value] : lines)
    if (name == key) return value;
  return {};
}

std::string ScenarioFile::text() const {
  std::string text;
  for (const Section& section : sections) {
    text += section.header + "\n";
    for (const auto& [key, value] : section.lines) text += key + " = " + value + "\n";
    text += "\n";
  }
  return text;
}

Section* ScenarioFile::find(const std::string& header) {
  for (Section& section : sections)
    if (section.header == header) return &section;
  return nullptr;
}

namespace {

using Texts = std::initializer_list<const char*>;

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

class Maker {
 public:
  Maker(std::uint64_t seed, const RandomScenarioOptions& options)
      : bits_(seed * 2654435761u + 12345), options_(options) {}

  ScenarioFile make() {
    is_quarterly_ = chance(25);
    firms_ = between(1, 4);
    tranches_ = between(1, options_.max_tranches);
    licences_ = between(0, 3);
    Section& top = add("[scenario]");
    top.set("name", quoted("random"));
    top.set("start", quoted("2026-01"));
    const int steps = between(4, is_quarterly_ ? 8 : 14);
    months_ = is_quarterly_ ? 3 * steps : steps;
    top.set(is_quarterly_ ? "quarters" : "months", number(steps));
    top.set("draws", "64");
    top.set("seed", number(between(1, 1000)));
    workloads();
    for (int f = 0; f < firms_; ++f) firm(f);
    for (int l = 0; l < licences_; ++l) permission(l);
    for (int t = 0; t < tranches_; ++t) tranche(t);
    if (chance(50)) reliability();
    if (chance(20)) {
      Section& other = add("[counterpart]");
      other.set("name", quoted("others"));
      other.set("metric", quoted("h100e_tpp"));
      other.set("level", number(between(1, 60) * 1000));
      other.set(
          "growth_per_year",
          over_time([&] { return chance(50) ? std::string("0.7") : quoted("0.3 to 1.1"); }, false));
    }
    if (options_.has_what_ifs && chance(40)) what_ifs();
    return std::move(file_);
  }

 private:
  // Uses only integers of the generator, because library distributions differ between machines; one
  // random choice per statement, because the evaluation order of the two sides of a `+` differs
  // too.
  int between(int low, int high) {
    return low + static_cast<int>(bits_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  std::string one_of(Texts texts) {
    return *(texts.begin() + between(0, static_cast<int>(texts.size()) - 1));
  }
  static std::string number(long long value) { return std::to_string(value); }
  // "0.37"
  static std::string hundredths(int value) {
    const std::string digits = std::to_string(value % 100);
    return std::to_string(value / 100) + "." + (digits.size() < 2 ? "0" : "") + digits;
  }
  // Certain, or a range around it.
  std::string around(long long value, const std::string& unit) {
    const std::string end = unit.empty() ? "" : " " + unit;
    if (!chance(35)) return quoted(number(value) + end);
    return quoted(number(value - value / 4) + " to " + number(value + value / 3 + 1) + end);
  }
  std::string fraction(int low, int high) {
    const int value = between(low, high);
    if (!chance(40)) return hundredths(value);
    return quoted(number(value - 3) + " to " + number(std::min(value + 3, 99)) + " %");
  }
  std::string each(const std::string& value, Texts along) {
    if (value.find(" to ") == std::string::npos || chance(40)) return value;
    return "{ value = " + value + ", each = " + one_of(along) + " }";
  }
  std::string time(int max_tenths) {
    const int tenths = between(0, max_tenths);
    if (tenths > 4 && chance(30))
      return quoted(hundredths(tenths * 10 - 35) + " to " + hundredths(tenths * 10 + 40) +
                    " months");
    // Whole months, as in typical files, which place batches at the end of a step.
    if (chance(50)) return quoted(number(tenths / 10) + " months");
    return quoted(hundredths(tenths * 10 + 3) + " months");
  }
  // The number over time, sometimes: with dates, or growing. `make` returns a value as TOML.
  template <class Make>
  std::string over_time(const Make& make, bool may_grow = true) {
    const std::string first = make();
    if (!options_.has_schedules || !chance(25)) return first;
    if (may_grow && chance(20)) return "{ value = " + first + ", growth = " + growth() + " }";
    const std::string points = dates(first, make, 12);
    std::string text = "{ at = { " + points + " }, together = false";
    if (chance(40)) text += ", between = \"linear\"";
    if (may_grow && chance(25)) text += ", growth = " + growth();
    if (chance(25)) text += ", delay = " + time(40);
    return text + " }";
  }
  // What is added to a total at some dates, sometimes.
  template <class Make>
  std::string added(const Make& make) {
    const std::string first = make();
    if (!options_.has_schedules || !chance(30)) return first;
    return "{ adds = { " + dates(first, make, 11) + " }, together = false }";
  }
  // Two or three dates with values; quarters have one each.
  template <class Make>
  std::string dates(const std::string& first, const Make& make, int span) {
    const int step = is_quarterly_ ? 3 : 1;
    int month = is_quarterly_ ? 1 : between(1, 2);
    std::string text;
    const int count = between(2, 3);
    for (int p = 0; p < count; ++p) {
      const std::string value = p == 0 ? first : make();
      const std::string digits = number(month);
      text += (p == 0 ? "\"2026-" : ", \"2026-") + std::string(digits.size() < 2 ? "0" : "") +
              digits + "\" = " + value;
      month += step * between(1, is_quarterly_ ? 1 : 2);
      if (month > std::min(span, months_)) break;
    }
    return text;
  }
  std::string growth() {
    return quoted(one_of({"30 %/year", "-20 %/year", "3 %/month", "10 to 40 %/year"}));
  }
  Section& add(const std::string& header) {
    file_.sections.push_back({header, {}});
    return file_.sections.back();
  }

  void workloads() {
    count_of_workloads_ = between(1, 3);
    const int first = between(0, 2);
    for (int w = 0; w < count_of_workloads_; ++w) {
      const int kind = w == 0 ? first : between(0, 2);
      Section& out = add("[workloads.w" + number(w) + "]");
      out.set("kind", quoted(kind == 0 ? "training" : kind == 1 ? "decode" : "memory_bound"));
      const std::string along = one_of({"\"firm\"", "\"month\"", "[\"firm\", \"month\"]"});
      const auto efficiency = [&](int low, int high) {
        const std::string value = over_time([&] { return fraction(low, high); }, false);
        if (!options_.has_monthly_efficiency || value.starts_with("{")) return value;
        return value.find(" to ") == std::string::npos
                   ? value
                   : "{ value = " + value + ", each = " + along + " }";
      };
      if (kind == 0) {
        out.set("precision", quoted("bf16"));
        out.set("mfu", efficiency(20, 60));
        if (chance(50)) out.set("flop_per_unit", number(between(1, 900)) + "e9");
        if (chance(60)) out.set("job_size", around(between(1, 40) * 500, "chips"));
      } else if (kind == 1) {
        out.set("precision", quoted(one_of({"bf16", "fp8"})));
        out.set("weight_bytes", quoted(number(between(20, 500)) + " GB"));
        out.set("kv_bytes_per_sequence", quoted(number(between(1, 900)) + " MB"));
        out.set("batch", number(between(1, 200)));
        if (chance(50)) out.set("flop_per_unit", number(between(1, 900)) + "e9");
        if (chance(50)) out.set("compute_efficiency", efficiency(30, 90));
        out.set("bandwidth_efficiency", efficiency(40, 90));
      } else {
        out.set("unit", quoted("cells"));
        out.set("bytes_per_unit", quoted(number(between(10, 400)) + " B"));
        if (chance(50)) out.set("flop_per_unit", number(between(1, 99999)));
        out.set("bandwidth_efficiency", efficiency(40, 90));
        if (chance(50)) out.set("compute_efficiency", efficiency(30, 90));
      }
    }
  }

  std::string shares(const std::string& prefix, int count) {
    std::string text;
    if (chance(30)) {
      for (int n = 0; n < count; ++n)
        text += (n == 0 ? "" : ", ") + prefix + number(n) + " = " + number(between(2, 9));
      return "{ dirichlet = { " + text + " } }";
    }
    int left = chance(30) ? between(60, 95) : 100;
    for (int n = 0; n < count; ++n) {
      const int share = n + 1 == count ? left : between(1, std::max(1, left - (count - n)));
      left -= share;
      text += (n == 0 ? "" : ", ") + prefix + number(n) + " = " + hundredths(share);
    }
    return "{ " + text + " }";
  }

  std::string workload_shares() {
    const std::string first = shares("w", count_of_workloads_);
    if (!options_.has_schedules || first.starts_with("{ dirichlet") || !chance(25)) return first;
    std::string second = shares("w", count_of_workloads_);
    while (second.starts_with("{ dirichlet")) second = shares("w", count_of_workloads_);
    return "{ at = { \"2026-01\" = " + first + ", \"2026-04\" = " + second + " }" +
           (chance(50) ? ", between = \"linear\" }" : " }");
  }

  void firm(int f) {
    Section& out = add("[firms.f" + number(f) + "]");
    const int stocks = between(0, 2);
    for (int s = 0; s < stocks; ++s) {
      const std::string of = quoted(chip());
      const std::string units = around(between(1, 40) * 100, "chips");
      out.set("stock.s" + number(s), "{ chip = " + of + ", units = " + units + " }");
    }
    if (chance(50)) out.set("power_cap", over_time([&] { return around(between(5, 60), "MW"); }));
    if (chance(50)) out.set("pue", hundredths(between(105, 150)));
    if (chance(30)) out.set("server_overhead", hundredths(between(120, 220)));
    if (chance(50)) out.set("power_utilisation", each(fraction(50, 90), {"\"firm\"", "\"month\""}));
    if (chance(40))
      out.set("installation_rate",
              over_time([&] { return around(between(1, 60) * 100, "chips/month"); }));
    if (chance(50)) out.set("installation_delay", time(35));
    if (chance(30)) out.set("site_ready", time(60));
    if (chance(60))
      out.set("availability",
              each(fraction(70, 95), {"\"firm\"", "\"month\"", "[\"firm\", \"month\"]"}));
    if (options_.has_retirement && chance(30))
      out.set("retirement", quoted(number(between(1, 40)) + " %/year"));
    if (chance(35)) out.set("budget", added([&] { return around(between(20, 900), "M USD"); }));
    if (chance(30))
      out.set("demand", over_time([&] { return around(between(5, 200) * 100, "chips"); }));
    if (chance(30))
      out.set("electricity",
              over_time([&] { return quoted("0." + number(between(4, 9)) + " USD/kWh"); }));
    out.set("workloads", chance(25) ? quoted("alternatives") : workload_shares());
  }

  std::string chip() { return one_of({"H100", "H200", "H20", "A100", "B200", "MI300X"}); }
  std::string any_time() {
    if (chance(30)) {
      const std::string month = "2026-0" + number(between(1, 9));
      return quoted(month + "-" + one_of({"01", "09", "15", "28"}));
    }
    if (chance(10)) return quoted("2025-1" + number(between(0, 2)) + "-05");
    return time(40);
  }

  void permission(int l) {
    const bool is_licence = chance(70);
    names_.push_back((is_licence ? "licence" : "approval") + number(l));
    Section& out = add((is_licence ? "[licences." : "[approvals.") + names_.back() + "]");
    if (chance(30)) out.set("probability", hundredths(between(30, 95)));
    if (chance(60)) out.set("decided", any_time());
    if (chance(50)) out.set("delay", each(time(30), {"\"firm\"", "\"tranche\""}));
    if (!is_licence) return;
    if (chance(30)) out.set("rule", quoted(one_of({"2022-10", "2025-04", "2026-01"})));
    if (chance(40))
      out.set("per_buyer_cap", over_time([&] { return around(between(5, 90) * 100, "chips"); }));
    if (chance(40))
      out.set("total_cap", over_time([&] { return around(between(5, 300) * 100, "chips"); }));
    if (chance(35)) {
      out.set("aggregate_share_cap", over_time([&] { return hundredths(between(10, 80)); }, false));
      out.set("reference_shipments",
              over_time([&] { return around(between(2, 60) * 100, "chips/month"); }));
      if (chance(50)) out.set("reference_shipped", around(between(1, 90) * 100, "chips"));
    }
    if (chance(40)) out.set("test_delay", each(time(20), {"\"firm\"", "\"tranche\""}));
  }

  void tranche(int t) {
    Section& out = add("[tranches.t" + number(t) + "]");
    out.set("chip", quoted(chip()));
    out.set("quantity", around(between(10, 400) * 100, "chips"));
    std::string permissions;
    for (const std::string& name : names_)
      if (chance(50)) permissions += (permissions.empty() ? "" : ", ") + quoted(name);
    if (!permissions.empty()) out.set("permissions", "[" + permissions + "]");
    if (chance(50)) out.set("announced", any_time());
    if (chance(60)) out.set("lead_time", each(time(40), {"\"firm\"", "\"tranche\""}));
    const int batches = between(0, 2) == 0 ? 0 : between(1, 6);
    out.set("batches", number(batches));
    if (batches == 0) out.set("duration", quoted(number(between(1, 9)) + " months"));
    // Three batches a month apart end a quarter, or not, by the rounding of a float.
    if (batches > 1 && (is_quarterly_ || chance(70)))
      out.set("batch_interval", around(between(2, 9), "weeks"));
    if (batches > 0 && chance(40)) {
      out.set("slip.probability", hundredths(between(10, 60)));
      out.set("slip.length", around(between(2, 9), "weeks"));
    }
    if (firms_ > 1 || chance(50)) out.set("split", shares("f", firms_));
    if (chance(50)) out.set("priority", one_of({"1", "2", "100"}));
    if (options_.has_lapsing && chance(30)) out.set("unused", quoted("lapses"));
    if (chance(35))
      out.set("supply.rate",
              over_time([&] { return around(between(3, 90) * 100, "chips/month"); }));
    if (chance(25))
      out.set("supply.stock", added([&] { return around(between(3, 90) * 100, "chips"); }));
    const std::string price = one_of({"0", "12_000", "25_000", "31_000"});
    if (price == "0")
      out.set("price", quoted("0 USD"));
    else
      out.set("price", over_time([&] { return around(between(8, 40) * 1000, "USD"); }));
    if (chance(40)) out.set("tariff", over_time([&] { return hundredths(between(0, 40)); }, false));
  }

  void reliability() {
    Section& out = add("[reliability]");
    out.set("failures_per_node_day", hundredths(between(0, 5)));
    if (chance(40)) out.set("job_failures_per_day", hundredths(between(0, 80)));
    out.set("detection", around(between(20, 400), "s"));
    out.set("restart", around(between(60, 900), "s"));
    out.set("checkpoint_write", around(between(5, 60), "s"));
    if (chance(40)) out.set("checkpoint_interval", quoted(number(between(10, 240)) + " minutes"));
  }

  void what_ifs() {
    const int count = between(1, 2);
    for (int n = 0; n < count; ++n) {
      const std::string t = number(between(0, tranches_ - 1)), f = number(between(0, firms_ - 1));
      std::string set;
      switch (between(0, 5)) {
        case 0:
          set = quoted("tranches.t" + t + ".chip") + " = " + quoted(chip());
          break;
        case 1:
          set = quoted("tranches.t" + t + ".quantity") + " = " + number(between(1, 300) * 100);
          break;
        case 2:
          set = quoted("firms.f" + f + ".power_cap") + " = \"20 MW\"";
          break;
        case 3:
          set = quoted("firms.f" + f + ".budget") + " = \"90M USD\"";
          break;
        case 4:
          set = quoted("tranches.t" + t + ".priority") + " = 3";
          break;
        default:
          set = quoted("firms.f" + f + ".availability") + " = 0.5";
      }
      Section& out = add("[[what_if]]");
      out.set("name", quoted("other" + number(n)));
      out.set("set", "{ " + set + " }");
    }
  }

  std::mt19937_64 bits_;
  RandomScenarioOptions options_;
  ScenarioFile file_;
  bool is_quarterly_ = false;
  int months_ = 0;
  int firms_ = 1, tranches_ = 1, licences_ = 0, count_of_workloads_ = 1;
  std::vector<std::string> names_;
};

}  // namespace

ScenarioFile random_scenario(std::uint64_t seed, const RandomScenarioOptions& options) {
  return Maker(seed, options).make();
}

}  // namespace tranche::reference
