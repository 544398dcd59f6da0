// SPDX-License-Identifier: Apache-2.0
#include "sim/results/terminal/terminal_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

// Reason why a run with --until ended.
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

std::string footer(const RunResult& result, const std::string& digest, const WrittenFiles& written,
                   std::size_t columns) {
  const double rate = result.draws_per_second;
  std::string out = result.until ? until_text(*result.until, result.draws, columns) : "";
  out += wrapped(fmt::format("{} draws in {:.3g} s ({}) on {}", with_separators(result.draws),
                             result.seconds_simulation, display_unit("draws/s", rate).text(rate),
                             printable(result.device_description)),
                 columns);
  out += fmt::format("Seed {}, digest {}\n", result.seed, digest.substr(0, 16));
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

// Warnings that precede the headline: chips without work, or work in another format than requested.
std::string work_warnings(const RunResult& result, std::size_t columns) {
  std::string out;
  for (const std::string& text : result.lowered.work_warnings)
    out += wrapped("Warning: " + printable(text) + ".", columns, "  ");
  return out;
}

std::string headline_lines(const RunResult& result, const HeadlineFigures& headline,
                           std::size_t columns) {
  std::string out;
  for (const std::string& sentence : headline_sentences(result, headline))
    out += wrapped(sentence, columns);
  return out;
}

std::string terminal_report(const RunResult& result, const std::string& digest,
                            const WrittenFiles& written, const ReportStyle& style) {
  const Scenario& scenario = result.set.variants.front().scenario;
  const HeadlineFigures headline = headline_figures(result);
  std::string out;
  const std::string title = printable(scenario.title.empty() ? scenario.name : scenario.title);
  std::string heading = strong(shortened(title, style.columns), style.emphasis) + "\n";
  if (!scenario.question.empty()) heading += wrapped(printable(scenario.question), style.columns);
  add_section(out, heading);
  add_section(
      out, headline_lines(result, headline, style.columns) + work_warnings(result, style.columns));
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
  add_section(out, footer(result, digest, written, style.columns));
  return out;
}

}  // namespace tranche
