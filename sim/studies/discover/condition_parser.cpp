// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/studies/discover/condition.hpp"
#include "sim/studies/discover/condition_error.hpp"

namespace tranche {
namespace {

constexpr std::string_view form = "METRIC < VALUE at MONTH, as `mfu < 30 % at 2027-06`";

bool is_operator(char c) { return c == '<' || c == '>' || c == '=' || c == ':'; }

std::vector<ConditionWord> words_of(const std::string& text) {
  std::vector<ConditionWord> words;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (is_operator(text[i])) {
      if (end < text.size() && text[end] == '=') ++end;
    } else {
      while (end < text.size() && text[end] != ' ' && text[end] != '\t' && text[end] != '\n' &&
             !is_operator(text[end]))
        ++end;
    }
    words.push_back({text.substr(i, end - i), i, end - i});
    i = end;
  }
  return words;
}

class Parser {
 public:
  explicit Parser(const ConditionText& text) : text_(text), words_(words_of(text.text)) {}

  std::vector<Clause> parse() {
    std::vector<Clause> clauses{clause()};
    while (at_ < words_.size()) {
      if (words_[at_].text != "and")
        refuse(words_[at_], fmt::format("unexpected `{}` after the month", words_[at_].text),
               {"join conditions with `and`"});
      ++at_;
      clauses.push_back(clause());
    }
    return clauses;
  }

 private:
  [[noreturn]] void refuse(const ConditionWord& word, const std::string& problem,
                           std::vector<std::string> help) const {
    refuse_condition(text_, word, problem, std::move(help));
  }
  bool is(std::size_t ahead, std::string_view word) const {
    return at_ + ahead < words_.size() && words_[at_ + ahead].text == word;
  }
  ConditionWord next(std::string_view what) {
    if (at_ == words_.size())
      refuse({"", text_.text.size(), 1}, fmt::format("the outcome ends before {}", what),
             {fmt::format("write {}", form)});
    return words_[at_++];
  }

  void read_who(Clause& clause) {
    if (is(2, ":") && is(1, "firm") && (is(0, "each") || is(0, "any"))) {
      clause.whose = is(0, "any") ? Whose::any_firm : Whose::each_firm;
      at_ += 3;
    } else if (is(2, ":") && is(1, "firms") && is(0, "all")) {
      clause.whose = Whose::each_firm;
      at_ += 3;
    } else if (is(1, ":")) {
      clause.firm = words_[at_];
      clause.whose = clause.firm.text == "all" ? Whose::together : Whose::one_firm;
      at_ += 2;
    } else {
      const auto colon = std::find_if(words_.begin() + static_cast<std::ptrdiff_t>(at_),
                                      words_.end(), [](const auto& w) { return w.text == ":"; });
      const auto and_word =
          std::find_if(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end(),
                       [](const auto& w) { return w.text == "and"; });
      if (colon < and_word && colon != words_.end())
        refuse(words_[at_], "what stands before `:` does not say whose result it is",
               {"`each firm:`, `any firm:`, the name of a firm, or `all:` for their sum"});
    }
  }

  Comparison comparison() {
    const ConditionWord word = next("a comparison");
    if (word.text == "<") return Comparison::less;
    if (word.text == "<=") return Comparison::at_most;
    if (word.text == ">") return Comparison::more;
    if (word.text == ">=") return Comparison::at_least;
    refuse(word, fmt::format("expected a comparison, found `{}`", word.text),
           {"one of `<`, `<=`, `>`, `>=`; before it at most `in WHAT_IF`, `- base` or `/ base`"});
  }

  Clause clause() {
    Clause made;
    read_who(made);
    made.metric = next("a metric");
    if (is_operator(made.metric.text[0]))
      refuse(made.metric, fmt::format("expected a metric, found `{}`", made.metric.text),
             {fmt::format("write {}", form)});
    if (is(0, "in")) {
      ++at_;
      made.what_if = next("a what-if");
    }
    if (is(0, "-") || is(0, "/")) {
      made.against = is(0, "-") ? Against::difference_to_base : Against::ratio_to_base;
      ++at_;
      const ConditionWord base = next("`base`");
      if (base.text != "base")
        refuse(base, fmt::format("expected `base`, found `{}`", base.text),
               {"a what-if can be compared with the base case only"});
      if (made.what_if.text.empty() || made.what_if.text == "base")
        refuse(base, "the base case cannot be compared with itself",
               {"say which what-if: `METRIC in WHAT_IF - base > VALUE at MONTH`"});
    }
    made.comparison = comparison();
    while (at_ < words_.size() && !is(0, "at") && !is(0, "by") && !is(0, "and"))
      made.value.push_back(words_[at_++]);
    const ConditionWord when = next("`at` and a month");
    if (made.value.empty())
      refuse(when, fmt::format("expected a value, found `{}`", when.text),
             {fmt::format("write {}", form)});
    if (when.text == "and")
      refuse(when, "expected `at` and a month, found `and`", {fmt::format("write {}", form)});
    made.or_before = when.text == "by";
    made.month = next("a month");
    return made;
  }

  const ConditionText& text_;
  std::vector<ConditionWord> words_;
  std::size_t at_ = 0;
};

}  // namespace

ConditionText condition_of_option(const std::string& text) {
  return {text, {"(--outcome)", 1, 1, 1}, text};
}

void refuse_condition(const ConditionText& text, const ConditionWord& word,
                      const std::string& problem, std::vector<std::string> help) {
  Diagnostic diagnostic;
  diagnostic.where = text.where;
  diagnostic.where.column += word.offset;
  diagnostic.where.length = std::max<std::size_t>(word.length, 1);
  diagnostic.problem = problem;
  diagnostic.help = std::move(help);
  diagnostic.source_line = text.source_line;
  throw InputError({diagnostic});
}

std::vector<Clause> parse_condition(const ConditionText& text) { return Parser(text).parse(); }

std::vector<std::string> what_ifs_of(const std::vector<Clause>& clauses) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Clause& clause : clauses) {
    if (clause.what_if.text.empty() || clause.against != Against::nothing) add("base");
    if (!clause.what_if.text.empty()) add(clause.what_if.text);
  }
  return names;
}

}  // namespace tranche
