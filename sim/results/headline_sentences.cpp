// SPDX-License-Identifier: Apache-2.0
#include "sim/results/headline_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "sim/results/known_run.hpp"
#include "sim/results/source_rows.hpp"
#include "sim/simulate/lowering/metrics.hpp"
#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

constexpr std::string_view words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                      "seven", "eight", "nine", "ten",   "eleven", "twelve"};

std::string number_word(std::size_t number) {
  return number < std::size(words) ? std::string(words[number]) : std::to_string(number);
}

// "training throughput", but "MFU of ..." stays.
std::string lower_first(std::string text) {
  const auto is_upper = [&](std::size_t i) { return text[i] >= 'A' && text[i] <= 'Z'; };
  if (text.size() > 1 && is_upper(0) && !is_upper(1)) text[0] = static_cast<char>(text[0] + 32);
  return text;
}

// "The three firms together"; names stay as they are.
std::string at_the_start(const std::string& subject) {
  return subject.starts_with("the ") ? "T" + subject.substr(1) : subject;
}

std::string band(const DisplayUnit& unit, const Statistics& s) {
  return fmt::format("90 %: {} to {}", unit.number(s.p05), unit.text(s.p95));
}

std::string what_if_sentence(const RunResult& result, const HeadlineFigures& headline,
                             const DisplayUnit& unit, std::string_view which,
                             std::int32_t variant) {
  const HeadlineCase& what_if = headline.cases[static_cast<std::size_t>(variant)];
  const Statistics& s = what_if.differences[static_cast<std::size_t>(headline.firm)];
  const std::string name = printable(variant_title(result, variant));
  if (s.share_zero == 1) return fmt::format("{}: {}, the same in every draw.", which, name);
  // If most draws are equal, the median says nothing.
  const bool typical = s.p50 != 0;
  const auto& metric = result.lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DrawShares shares = draw_shares(s, metric.better);
  return fmt::format("{}: {}, {}{}{} (90 %: {} to {}); better in {} of draws, worse in {}.", which,
                     name, unit.signed_number(typical ? s.p50 : s.mean),
                     unit.name.empty() ? "" : " " + unit.name, typical ? "" : " on average",
                     unit.signed_number(s.p05), unit.signed_number(s.p95), percent(shares.better),
                     percent(shares.worse));
}

// "the three firms" or the name of the one.
std::string subject_of(const RunResult& result, const HeadlineFigures& headline) {
  const std::size_t firms = result.lowered.firms.size() - 1;
  const bool all = static_cast<std::size_t>(headline.firm) == firms;
  if (all && firms > 1) return fmt::format("the {} firms together", number_word(firms));
  return printable(firm_title(result, all ? 0 : headline.firm));
}

constexpr double quarter_s = 91.3125 * 86400.0;

// Equivalent of a training result in known training runs; empty for other metrics.
std::string for_scale(const MetricInfo& metric, double value) {
  double runs = 0;
  const char* per = "";
  if (metric.unit == "FLOP/s" && metric.name == "training_flop_per_s") {
    runs = value * quarter_s / llama_405b_training_flop;
    per = " a quarter";
  } else if (metric.unit == "FLOP") {
    runs = value / llama_405b_training_flop;
  }
  if (runs <= 0) return "";
  return fmt::format("; = {} Llama-3.1-405B runs{}", human_number(runs), per);
}

// The tranches of the scenario, as a subject: "First batch of H200 adds".
std::string tranches_add(const RunResult& result) {
  const std::vector<Tranche>& tranches = result.set.variants.front().scenario.tranches;
  if (tranches.size() > 1) return fmt::format("The {} tranches add", number_word(tranches.size()));
  const Tranche& only = tranches.front();
  const std::string name = printable(only.title.empty() ? only.name : only.title);
  return fmt::format("{} adds", name);
}

// Contribution of the tranches to the firms' previous value; if chips cannot be separated, the
// firms' total.
std::string answer_sentences(const RunResult& result, const HeadlineFigures& headline) {
  const LoweredScenario& lowered = result.lowered;
  const auto firm = static_cast<std::size_t>(headline.firm);
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const Statistics& all = headline.cases.front().firms[firm];
  const DisplayUnit unit = headline_unit(result, headline);
  const std::string& month = lowered.steps[static_cast<std::size_t>(headline.step)];
  const std::string what = printable(lower_first(metric.title));
  const std::string subject = subject_of(result, headline);
  const auto added = whole_source(lowered, SourceInfo::Kind::all_tranches);
  const std::string together =
      fmt::format("{}: {} by {} ({}{}), {}.", at_the_start(subject), unit.text(all.p50), month,
                  band(unit, all), for_scale(metric, all.p50), what);
  if (!added || !adds_up_over_sources(lowered, metric)) return together;
  const MetricInfo* const installed = find_metric(lowered.metrics, "chips_installed");
  const double nothing_yet =
      installed != nullptr
          ? source_statistics(result, 0, headline.firm, *added, *installed).share_zero
          : 0.0;
  const std::string waits =
      nothing_yet > 0.0
          ? fmt::format(" In {} of the draws none of these chips is in service by then.",
                        percent(nothing_yet))
          : "";
  const auto answer = added_by_tranches(result, headline);
  if (!answer) return together + waits;
  const Statistics& more = answer->added;
  const double value = answer->value();
  const DisplayUnit of_more =
      display_unit(metric.unit, std::max(std::fabs(value), std::fabs(more.p95)));
  return fmt::format(
      "{} {}{} by {} (90 %: {} to {}{}) to the {} that {} {} without: {}.{} {}",
      tranches_add(result), of_more.text(value), answer->is_typical() ? "" : " on average", month,
      of_more.number(more.p05), of_more.text(more.p95), for_scale(metric, value),
      unit.text(answer->stocks.p50), subject,
      lowered.firms.size() > 2 && firm + 1 == lowered.firms.size() ? "have" : "has", what, waits,
      fmt::format("Together: {} ({}).", unit.text(all.p50), band(unit, all)));
}

}  // namespace

std::string value_and_band(const DisplayUnit& unit, const Statistics& s) {
  if (std::isnan(s.p50)) return "unknown";
  return fmt::format("{} ({}{}{})", unit.number(s.p50), unit.number(s.p05),
                     s.p05 < 0 ? " to " : "\u2013", unit.number(s.p95));
}

DisplayUnit headline_unit(const RunResult& result, const HeadlineFigures& headline) {
  double largest = 0;
  for (const HeadlineCase& what_if : headline.cases) {
    const Statistics& s = what_if.firms[static_cast<std::size_t>(headline.firm)];
    largest = std::max({largest, std::fabs(s.p50), std::fabs(s.p05)});
  }
  const HeadlineCase& base = headline.cases.front();
  if (largest == 0) largest = std::fabs(base.firms[static_cast<std::size_t>(headline.firm)].p95);
  return display_unit(result.lowered.metrics[static_cast<std::size_t>(headline.metric)].unit,
                      largest);
}

std::vector<std::string> headline_sentences(const RunResult& result,
                                            const HeadlineFigures& headline) {
  const LoweredScenario& lowered = result.lowered;
  const auto firm = static_cast<std::size_t>(headline.firm);
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DisplayUnit unit = headline_unit(result, headline);
  std::vector<std::string> out{answer_sentences(result, headline)};
  if (!headline.best) return out;
  const auto same = [&](std::int32_t variant) {
    return headline.cases[static_cast<std::size_t>(variant)].differences[firm].share_zero == 1;
  };
  const bool is_one = lowered.variants.size() == 2;
  if (!is_one && std::all_of(headline.cases.begin() + 1, headline.cases.end(),
                             [&](const HeadlineCase& c) { return same(c.variant); })) {
    out.push_back("None of the what-ifs changes it in any draw.");
    return out;
  }
  const auto is_always = [&](double DrawShares::*share) {
    return !is_one && std::all_of(headline.cases.begin() + 1, headline.cases.end(),
                                  [&](const HeadlineCase& c) {
                                    const Statistics& s = c.differences[firm];
                                    const DrawShares shares = draw_shares(s, metric.better);
                                    return shares.*share > 0.5;
                                  });
  };
  if (is_always(&DrawShares::better))
    out.push_back("Every what-if is better than the base case in most draws.");
  if (is_always(&DrawShares::worse))
    out.push_back("Every what-if is worse than the base case in most draws.");
  if (*headline.best == *headline.worst) {
    out.push_back(what_if_sentence(result, headline, unit, "What if", *headline.best));
    return out;
  }
  out.push_back(what_if_sentence(result, headline, unit, "Best what-if", *headline.best));
  out.push_back(what_if_sentence(result, headline, unit, "Worst what-if", *headline.worst));
  return out;
}

}  // namespace tranche
