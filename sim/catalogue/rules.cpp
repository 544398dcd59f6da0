// SPDX-License-Identifier: Apache-2.0

// Status of a chip under an export-rule vintage, computed from its properties.
#include <fmt/format.h>

#include <algorithm>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/quantity_text.hpp"

namespace tranche {
namespace {

std::optional<double> sum_of(const MaybeNumber& a, const MaybeNumber& b) {
  if (!a || !b) return std::nullopt;
  return a->value + b->value;
}

std::optional<double> value_of(const MaybeNumber& number) {
  if (!number) return std::nullopt;
  return number->value;
}

std::optional<double> figure_of(const std::string& figure, const ChipEntry& chip) {
  if (figure == "tpp") return total_processing_performance(chip);
  if (figure == "performance_density") return performance_density(chip);
  if (figure == "memory_bandwidth") return value_of(chip.memory_bandwidth_bytes_per_s);
  if (figure == "scale_up") return value_of(chip.scale_up_bytes_per_s);
  if (figure == "memory_bandwidth_plus_scale_up") {
    return sum_of(chip.memory_bandwidth_bytes_per_s, chip.scale_up_bytes_per_s);
  }
  if (figure == "data_centre") return chip.data_centre ? 1.0 : 0.0;
  if (figure == "us_available" && chip.us_available) return *chip.us_available ? 1.0 : 0.0;
  return std::nullopt;
}

Verdict holds(const RuleTest& test, const ChipEntry& chip) {
  const std::optional<double> figure = figure_of(test.figure, chip);
  if (!figure) return Verdict::unknown;
  const bool result = test.op == ">="  ? *figure >= test.value
                      : test.op == ">" ? *figure > test.value
                      : test.op == "<" ? *figure < test.value
                                       : *figure <= test.value;
  return result ? Verdict::yes : Verdict::no;
}

// Three-valued "and": one no decides, even with unknown operands.
Verdict all_hold(const std::vector<RuleTest>& tests, const ChipEntry& chip) {
  Verdict verdict = Verdict::yes;
  for (const RuleTest& test : tests) {
    const Verdict one = holds(test, chip);
    if (one == Verdict::no) return Verdict::no;
    if (one == Verdict::unknown) verdict = Verdict::unknown;
  }
  return verdict;
}

std::string figures_text(const ChipEntry& chip) {
  const std::optional<double> tpp = total_processing_performance(chip);
  const std::optional<double> density = performance_density(chip);
  std::string text = tpp ? fmt::format("TPP {:.0f}", *tpp) : "TPP unknown";
  text += density ? fmt::format(", performance density {:.2f} TPP/mm2", *density)
                  : ", performance density unknown";
  const auto add = [&](std::string_view name, const MaybeNumber& number) {
    text += number
                ? fmt::format(", {} {}", name, quantity_text(number->value, UnitKind::bytes_per_s))
                : fmt::format(", {} unknown", name);
  };
  add("memory", chip.memory_bandwidth_bytes_per_s);
  add("scale-up link", chip.scale_up_bytes_per_s);
  return text;
}

// Verdict of the provisions of one consequence, and the deciding provision.
struct Finding {
  Verdict verdict = Verdict::no;
  const RuleProvision* by = nullptr;  // the one that applies, or the first that might
};

Finding find_first(const RuleVintage& rule, std::string_view consequence, const ChipEntry& chip) {
  Finding finding;
  for (const RuleProvision& provision : rule.provisions) {
    if (provision.consequence != consequence) continue;
    const Verdict verdict = applies(provision, chip);
    if (verdict == Verdict::yes) return {.verdict = verdict, .by = &provision};
    if (verdict == Verdict::unknown && finding.verdict == Verdict::no) {
      finding = {.verdict = verdict, .by = &provision};
    }
  }
  return finding;
}

Finding control_of(const RuleVintage& rule, const ChipEntry& chip) {
  const Finding exempt = find_first(rule, "exempt", chip);
  Finding control = find_first(rule, "controlled", chip);
  if (exempt.verdict == Verdict::yes) return {};
  if (exempt.verdict == Verdict::unknown && control.verdict == Verdict::yes) {
    control.verdict = Verdict::unknown;
  }
  return control;
}

Verdict eligibility(const RuleVintage& rule, const Finding& control, const ChipEntry& chip) {
  if (control.verdict == Verdict::no) return Verdict::yes;
  // A chip inside the window may be licensed, whether controlled or not.
  const Verdict window = find_first(rule, "eligible", chip).verdict;
  if (window == Verdict::yes) return Verdict::yes;
  if (control.verdict == Verdict::unknown) return Verdict::unknown;
  const std::string& policy = control.by->policy;
  if (policy.find("case by case") != std::string::npos) return Verdict::yes;
  if (policy.find("presumption of denial") != std::string::npos) return window;
  return Verdict::unknown;  // "licence required": the text does not state what will be granted
}

// Chip properties that the provisions of this consequence need and that are missing.
std::string missing_figures(const RuleVintage& rule, std::string_view consequence,
                            const ChipEntry& chip) {
  std::string missing;
  for (const RuleProvision& provision : rule.provisions) {
    if (provision.consequence != consequence) continue;
    for (const std::vector<RuleTest>& tests : provision.any_of) {
      for (const RuleTest& test : tests) {
        if (figure_of(test.figure, chip) || missing.find(test.figure) != std::string::npos)
          continue;
        missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", test.figure);
      }
    }
  }
  return missing;
}

std::string reason_text(const RuleVintage& rule, const ChipEntry& chip, const ChipStatus& status,
                        const Finding& control) {
  std::string text;
  if (status.controlled == Verdict::yes) {
    text = fmt::format("controlled by {}", status.controlled_by);
    text += status.eligible == Verdict::yes       ? ", case by case review"
            : status.eligible == Verdict::unknown ? ", what is granted is open"
                                                  : ", no case by case review";
    const std::string missing = missing_figures(rule, "eligible", chip);
    if (status.eligible == Verdict::unknown && !missing.empty()) {
      text += fmt::format(" ({} not known)", missing);
    }
  } else if (status.controlled == Verdict::no) {
    text = "not controlled";
  } else {
    text = fmt::format("{} cannot be decided ({} not known)", control.by->name,
                       missing_figures(rule, "controlled", chip));
  }
  if (!status.tariff_band.empty()) {
    text += fmt::format(", {} ({:.0f} % tariff)", status.tariff_band, status.tariff_rate * 100);
  }
  return text;
}

}  // namespace

Verdict applies(const RuleProvision& provision, const ChipEntry& chip) {
  Verdict verdict = provision.any_of.empty() ? Verdict::unknown : Verdict::no;
  for (const std::vector<RuleTest>& tests : provision.any_of) {
    const Verdict one = all_hold(tests, chip);
    if (one == Verdict::yes) return Verdict::yes;
    if (one == Verdict::unknown) verdict = Verdict::unknown;
  }
  return verdict;
}

ChipStatus status_under(const RuleVintage& rule, const ChipEntry& chip) {
  ChipStatus status;
  const Finding control = control_of(rule, chip);
  status.controlled = control.verdict;
  if (control.verdict == Verdict::yes) status.controlled_by = control.by->name;
  status.eligible = eligibility(rule, control, chip);
  const Finding tariff = find_first(rule, "tariff", chip);
  if (tariff.verdict == Verdict::yes) {
    status.tariff_rate = tariff.by->rate ? tariff.by->rate->value : 0;
    status.tariff_band = tariff.by->name;
  }
  status.reason =
      fmt::format("{}: {}", reason_text(rule, chip, status, control), figures_text(chip));
  return status;
}

Verdict holds_for(const RuleVintage& rule, std::string_view country) {
  if (rule.destinations.empty() || country.empty()) return Verdict::unknown;
  return std::find(rule.destinations.begin(), rule.destinations.end(), country) !=
                 rule.destinations.end()
             ? Verdict::yes
             : Verdict::no;
}

}  // namespace tranche
