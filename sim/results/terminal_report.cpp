#include "sim/results/terminal_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/results/known_run.hpp"
#include "sim/results/source_rows.hpp"
#include "sim/run/metrics.hpp"
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
std::string at_the_start(const std::string& who) {
  return who.starts_with("the ") ? "T" + who.substr(1) : who;
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
  // Where most draws are the same, the median says nothing.
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
std::string who_is_asked(const RunResult& result, const HeadlineFigures& headline) {
  const std::size_t firms = result.lowered.firms.size() - 1;
  const bool all = static_cast<std::size_t>(headline.firm) == firms;
  if (all && firms > 1) return fmt::format("the {} firms together", number_word(firms));
  return printable(firm_title(result, all ? 0 : headline.firm));
}

constexpr double quarter_s = 91.3125 * 86400.0;

// What a figure of training is in words that people know; empty for other metrics.
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

// What the tranches add to what the firms had; where chips cannot be told apart, what the firms
// have.
std::string answer_sentences(const RunResult& result, const HeadlineFigures& headline) {
  const LoweredScenario& lowered = result.lowered;
  const auto firm = static_cast<std::size_t>(headline.firm);
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const Statistics& all = headline.cases.front().firms[firm];
  const DisplayUnit unit = headline_unit(result, headline);
  const std::string& month = lowered.steps[static_cast<std::size_t>(headline.step)];
  const std::string what = printable(lower_first(metric.title));
  const std::string who = who_is_asked(result, headline);
  const auto added = whole_source(lowered, SourceInfo::Kind::all_tranches);
  const std::string together =
      fmt::format("{}: {} by {} ({}{}), {}.", at_the_start(who), unit.text(all.p50), month,
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
      unit.text(answer->stocks.p50), who,
      lowered.firms.size() > 2 && firm + 1 == lowered.firms.size() ? "have" : "has", what, waits,
      fmt::format("Together: {} ({}).", unit.text(all.p50), band(unit, all)));
}

// Why a run with --until ended where it did.
std::string until_text(const UntilOutcome& until, std::uint64_t draws, std::size_t columns) {
  const double share = until.value == 0 ? 0 : until.standard_error / std::fabs(until.value);
  const std::string error = until.value == 0
                                ? "the value is 0"
                                : fmt::format("standard error {:.2g} % of the value", 100 * share);
  const std::string rule = printable(until.rule.text);
  return wrapped(
      until.reached
          ? fmt::format("Stopped after {} draws, as asked: {} ({}).", with_separators(draws), rule,
                        error)
          : fmt::format("Note: {} draws were not enough for: {} ({}). `--draws` sets the most.",
                        with_separators(draws), rule, error),
      columns);
}

std::string footer(const RunResult& result, const WrittenFiles& written, std::size_t columns) {
  const double rate = result.draws_per_second;
  std::string out = result.until ? until_text(*result.until, result.draws, columns) : "";
  out += wrapped(fmt::format("{} draws in {:.3g} s ({}) on {}", with_separators(result.draws),
                             result.seconds_simulation, display_unit("draws/s", rate).text(rate),
                             printable(result.device_description)),
                 columns);
  out += fmt::format("Seed {}, digest {}\n", result.seed, result.digest.substr(0, 16));
  if (!written.names.empty()) {
    std::string files = fmt::format("Written to {}:", printable(written.folder));
    for (const std::string& name : written.names) files += " " + name;
    out += wrapped(files, columns, "  ");
  }
  return out + "A conditional forecast: it follows from the inputs. It is not a prediction.\n";
}

std::string strong(const std::string& line, Emphasis emphasis) {
  return emphasis == Emphasis::ansi ? "\x1b[1m" + line + "\x1b[0m" : line;
}

void add_section(std::string& out, const std::string& section) {
  if (section.empty()) return;
  if (!out.empty()) out += '\n';
  out += section;
}

}  // namespace

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

std::string headline_sentences(const RunResult& result, const HeadlineFigures& headline,
                               std::size_t columns) {
  const LoweredScenario& lowered = result.lowered;
  const auto firm = static_cast<std::size_t>(headline.firm);
  const MetricInfo& metric = lowered.metrics[static_cast<std::size_t>(headline.metric)];
  const DisplayUnit unit = headline_unit(result, headline);
  std::string out = wrapped(answer_sentences(result, headline), columns);
  if (!headline.best) return out;
  const auto same = [&](std::int32_t variant) {
    return headline.cases[static_cast<std::size_t>(variant)].differences[firm].share_zero == 1;
  };
  const bool is_one = lowered.variants.size() == 2;
  if (!is_one && std::all_of(headline.cases.begin() + 1, headline.cases.end(),
                             [&](const HeadlineCase& c) { return same(c.variant); }))
    return out + wrapped("None of the what-ifs changes it in any draw.", columns);
  const auto is_always = [&](double DrawShares::*share) {
    return !is_one && std::all_of(headline.cases.begin() + 1, headline.cases.end(),
                                  [&](const HeadlineCase& c) {
                                    const Statistics& s = c.differences[firm];
                                    const DrawShares shares = draw_shares(s, metric.better);
                                    return shares.*share > 0.5;
                                  });
  };
  if (is_always(&DrawShares::better))
    out += wrapped("Every what-if is better than the base case in most draws.", columns);
  if (is_always(&DrawShares::worse))
    out += wrapped("Every what-if is worse than the base case in most draws.", columns);
  if (*headline.best == *headline.worst)
    return out +
           wrapped(what_if_sentence(result, headline, unit, "What if", *headline.best), columns);
  out += wrapped(what_if_sentence(result, headline, unit, "Best what-if", *headline.best), columns);
  return out + wrapped(what_if_sentence(result, headline, unit, "Worst what-if", *headline.worst),
                       columns);
}

std::string caution_text(const RunResult& result, const HeadlineFigures& headline,
                         std::size_t columns) {
  const Statistics& s = headline.cases.front().firms[static_cast<std::size_t>(headline.firm)];
  const DisplayUnit unit = headline_unit(result, headline);
  std::string out = wrapped(
      fmt::format(
          "Monte Carlo error of the base median: {}{}.", unit.text(s.mc_error_p50),
          s.p50 == 0 ? "" : fmt::format(" ({:.2g} %)", 100 * s.mc_error_p50 / std::fabs(s.p50))),
      columns);
  if (s.share_beyond_bins > 0.04)
    out += wrapped(fmt::format("Warning: {} of draws lie beyond the histogram; the 95th "
                               "percentile is a lower bound.",
                               percent(s.share_beyond_bins)),
                   columns);
  const std::vector<Input> assumed = unswept_assumptions(result.set.variants.front().scenario);
  const auto from_file = static_cast<std::size_t>(std::count_if(
      assumed.begin(), assumed.end(), [](const Input& input) { return !input.is_default; }));
  if (assumed.empty()) return out;
  std::string list;
  constexpr std::size_t shown = 4;
  for (std::size_t i = 0; i < std::min(shown, from_file); ++i)
    list += fmt::format("{}`{}` = {}", i == 0 ? ": " : ", ", printable(assumed[i].variable),
                        printable(assumed[i].text));
  if (from_file > shown) list += fmt::format(" and {} more", from_file - shown);
  const std::size_t defaults = assumed.size() - from_file;
  return out + wrapped(fmt::format("Warning: the headline rests on {} assumed number{} without a "
                                   "range{}{}. All are under `assumed_constants` in result.json.",
                                   from_file, from_file == 1 ? "" : "s", list,
                                   defaults == 0 ? ""
                                                 : fmt::format("; and on {} default{}", defaults,
                                                               defaults == 1 ? "" : "s")),
                       columns);
}

// What a reader of the headline must know first: chips that do no work, or another than asked.
std::string work_warnings(const RunResult& result, std::size_t columns) {
  std::string out;
  for (const std::string& text : result.lowered.work_warnings)
    out += wrapped("Warning: " + printable(text) + ".", columns, "  ");
  return out;
}

std::string terminal_report(const RunResult& result, const WrittenFiles& written,
                            const ReportStyle& style) {
  const Scenario& scenario = result.set.variants.front().scenario;
  const HeadlineFigures headline = headline_figures(result);
  std::string out;
  const std::string title = printable(scenario.title.empty() ? scenario.name : scenario.title);
  std::string heading = strong(shortened(title, style.columns), style.emphasis) + "\n";
  if (!scenario.question.empty()) heading += wrapped(printable(scenario.question), style.columns);
  add_section(out, heading);
  add_section(out, headline_sentences(result, headline, style.columns) +
                       work_warnings(result, style.columns));
  add_section(out, headline_table(result, headline, style.columns));
  add_section(out, source_table(result, headline, style.columns));
  add_section(out, difference_table(result, headline, style.columns));
  add_section(out, decomposition_table(result, headline, style.columns));
  add_section(out, metrics_table(result, headline, style.columns));
  add_section(out, work_table(result, style.columns));
  add_section(out, binding_text(result, style.columns));
  add_section(out, source_binding_text(result, headline, style.columns));
  std::string remarks;
  const std::vector<std::string>& said = result.lowered.work_warnings;
  for (const std::string& remark : result.lowered.remarks)
    if (std::find(said.begin(), said.end(), remark) == said.end())
      remarks += wrapped("Note: " + printable(remark), style.columns, "  ");
  add_section(out, remarks);
  add_section(out, caution_text(result, headline, style.columns));
  add_section(out, footer(result, written, style.columns));
  return out;
}

}  // namespace tranche
