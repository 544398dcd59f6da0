// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/until.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/statistics/histogram_quantile.hpp"

namespace tranche {
namespace {

constexpr const char* until_file = "(--until)";
constexpr const char* until_form =
    "`p50 of METRIC within 0.5 %`, then if wanted `for FIRM`, `at MONTH`, `in WHAT_IF`";

struct Word {
  std::string text;
  std::size_t at;  // from 0
};

std::vector<Word> words_of(const std::string& text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", i);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    words.push_back({text.substr(begin, end - begin), begin});
    i = end;
  }
  return words;
}

[[noreturn]] void refuse(const std::string& text, std::size_t at, std::size_t length,
                         const std::string& problem, const std::vector<std::string>& help) {
  Problems problems;
  problems.remember_source(until_file, text);
  problems.error({.file = until_file, .line = 1, .column = at + 1, .length = length}, problem,
                 help);
  problems.throw_if_errors();
  throw std::logic_error("unreachable");
}

// "p50" -> 0.50; any whole percentile from p01 to p99.
std::optional<double> percentile(const std::string& word) {
  if (word.size() != 3 || word[0] != 'p') return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(word.data() + 1, word.data() + 3, number);
  if (error != std::errc() || end != word.data() + 3 || number < 1) return std::nullopt;
  return number / 100.0;
}

std::optional<double> number_in(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : words_(words_of(text)) { rule_.text = text; }

  UntilRule parse() {
    const Word statistic = next("a statistic");
    rule_.is_mean = statistic.text == "mean";
    const std::optional<double> p = percentile(statistic.text);
    if (!rule_.is_mean && !p)
      wrong(statistic, fmt::format("`{}` is no statistic", statistic.text),
            {"`p50` or another percentile from `p01` to `p99`, or `mean`"});
    rule_.probability = p.value_or(0.5);
    expect("of");
    rule_.metric = next("a metric").text;
    expect("within");
    read_tolerance();
    while (at_ < words_.size()) read_place();
    return rule_;
  }

 private:
  [[noreturn]] void wrong(const Word& word, const std::string& problem,
                          std::vector<std::string> help = {}) const {
    help.push_back(until_form);
    refuse(rule_.text, word.at, word.text.size(), problem, help);
  }
  Word next(const std::string& what) {
    if (at_ == words_.size())
      refuse(rule_.text, rule_.text.size(), 1, fmt::format("`--until` ends before {}", what),
             {until_form});
    return words_[at_++];
  }
  void expect(const std::string& text) {
    const Word word = next(fmt::format("`{}`", text));
    if (word.text != text) wrong(word, fmt::format("expected `{}`, found `{}`", text, word.text));
  }
  void read_tolerance() {
    const Word word = next("a tolerance");
    std::string digits = word.text;
    const bool has_sign = digits.ends_with('%');
    if (has_sign) digits.pop_back();
    const std::optional<double> percent = number_in(digits);
    if (!percent) wrong(word, fmt::format("`{}` is no tolerance", word.text));
    if (!has_sign) expect("%");
    // The resolution of quantiles is a fraction of a histogram bin, 0.4 % of their value.
    if (!(*percent >= 0.01 && *percent <= 100))
      wrong(word, fmt::format("the tolerance `{}` is out of range", word.text),
            {"from 0.01 % to 100 % of the value"});
    rule_.tolerance = *percent / 100;
  }
  void read_place() {
    const Word word = next("a word");
    std::string& place = word.text == "for"  ? rule_.firm
                         : word.text == "at" ? rule_.month
                                             : rule_.what_if;
    if (word.text != "for" && word.text != "at" && word.text != "in")
      wrong(word, fmt::format("`{}` cannot stand here", word.text));
    if (!place.empty()) wrong(word, fmt::format("`{}` stands twice", word.text));
    place = next("a name").text;
  }

  UntilRule rule_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
};

std::int32_t index_of(const UntilRule& rule, const std::string& name, const std::string& what,
                      const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::int32_t>(found - names.begin());
  std::size_t at = 0;
  for (const Word& word : words_of(rule.text))
    if (word.text == name) at = word.at;
  refuse(rule.text, at, name.size(), fmt::format("unknown {} `{}` in `--until`", what, name),
         name_help(name, names, fmt::format("{}s of this run", what)));
}

}  // namespace

UntilRule parse_until(const std::string& text) { return Parser(text).parse(); }

UntilCheck::UntilCheck(const UntilRule& rule, const LoweredScenario& lowered,
                       const Headline& headline)
    : rule_(rule) {
  std::vector<std::string> metrics;
  for (const MetricInfo& metric : lowered.metrics) metrics.push_back(metric.name);
  if (rule_.firm.empty()) rule_.firm = headline.firm;
  if (rule_.month.empty())
    rule_.month = headline.month.empty() ? lowered.steps.back() : headline.month;
  if (rule_.what_if.empty()) rule_.what_if = "base";
  const auto metric = static_cast<std::size_t>(index_of(rule_, rule_.metric, "metric", metrics));
  const MetricInfo& info = lowered.metrics[metric];
  const std::int32_t variant = index_of(rule_, rule_.what_if, "what-if", lowered.variants);
  const std::int32_t firm = index_of(rule_, rule_.firm, "firm", lowered.firms);
  if (is_unknown(lowered, variant, firm, static_cast<std::int32_t>(metric)))
    refuse(rule_.text, 0, rule_.text.size(),
           fmt::format("`{}` is unknown: a figure of a chip is not known", info.name),
           {"see the warnings of `tranche check`"});
  cell_ = static_cast<std::size_t>(
      kernels::value_cell(lowered.data.view(), index_of(rule_, rule_.month, "month", lowered.steps),
                          variant, firm, info.stored));
  factor_ = info.factor;
}

UntilOutcome UntilCheck::look(const kernels::Tally& tally) const {
  const HistogramQuantiles values(tally, cell_);
  const double draws = static_cast<double>(values.draws());
  UntilOutcome outcome{.rule = rule_};
  if (rule_.is_mean) {
    outcome.value = factor_ * values.mean();
    outcome.standard_error = std::fabs(factor_) * values.standard_deviation() / std::sqrt(draws);
  } else {
    // As for mc_error_p50: the number of draws below the quantile is binomial.
    const double p = rule_.probability;
    const double h = std::sqrt(p * (1 - p) / draws);
    outcome.value = factor_ * values.quantile(p);
    outcome.standard_error =
        std::fabs(factor_) * 0.5 * (values.quantile(p + h) - values.quantile(p - h));
  }
  outcome.reached = outcome.standard_error <= rule_.tolerance * std::fabs(outcome.value);
  return outcome;
}

std::uint64_t next_check(std::uint64_t draws, std::uint64_t most) {
  constexpr std::uint64_t first = 4096;
  std::uint64_t power = first;
  while (power * 2 <= draws) power *= 2;
  const std::uint64_t next = draws < first           ? first
                             : draws < power * 3 / 2 ? power * 3 / 2
                                                     : power * 2;
  return std::min(next, most);
}

}  // namespace tranche
