// SPDX-License-Identifier: Apache-2.0

// Reads the export rules, one file per vintage.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/catalogue/catalogue_reader.hpp"

namespace tranche {
namespace {

struct Figure {
  std::string_view name;
  UnitKind kind;
};
constexpr std::array<Figure, 5> measured_figures = {{
    {"tpp", UnitKind::tpp},
    {"performance_density", UnitKind::tpp_per_mm2},
    {"memory_bandwidth", UnitKind::bytes_per_s},
    {"scale_up", UnitKind::bytes_per_s},
    {"memory_bandwidth_plus_scale_up", UnitKind::bytes_per_s},
}};
constexpr std::string_view test_forms =
    "write a test as `tpp >= 4800 TPP`, `data_centre` or `not data_centre`";

// "data_centre" and "not data_centre": a boolean property, as 1 or 0.
std::optional<RuleTest> read_yes_no(std::string_view text) {
  const bool negated = text.starts_with("not ");
  const std::string_view figure = negated ? text.substr(4) : text;
  if (figure != "data_centre" && figure != "us_available") return std::nullopt;
  return RuleTest{.figure = std::string(figure),
                  .op = negated ? "<" : ">=",
                  .value = 1,
                  .text = std::string(text)};
}

std::optional<RuleTest> read_test(const CatalogueFile& file, const toml::node& node) {
  const auto written = node.value_exact<std::string>();
  const auto complain = [&](std::string problem, std::vector<std::string> help) {
    help.emplace_back(test_forms);
    file.problems->error(span_of(file, node), std::move(problem), std::move(help));
    return std::nullopt;
  };
  if (!written) return complain("a test is not a text in quotes", {});
  if (auto test = read_yes_no(*written)) return test;
  const std::string& text = *written;
  const std::size_t figure_end = std::min(text.find(' '), text.size());
  const std::string figure = text.substr(0, figure_end);
  const auto known = std::find_if(measured_figures.begin(), measured_figures.end(),
                                  [&](const Figure& one) { return one.name == figure; });
  if (known == measured_figures.end()) {
    std::vector<std::string> names = {"data_centre", "us_available"};
    for (const Figure& one : measured_figures) names.emplace_back(one.name);
    return complain(fmt::format("unknown figure `{}` in a test", figure),
                    name_help(figure, names, "figures"));
  }
  const std::size_t op_begin = std::min(figure_end + 1, text.size());
  const std::size_t op_end = std::min(text.find(' ', op_begin), text.size());
  const std::string op = text.substr(op_begin, op_end - op_begin);
  if (op != ">=" && op != ">" && op != "<" && op != "<=") {
    return complain(fmt::format("unknown comparison `{}` in a test", op),
                    {"comparisons: `>=`, `>`, `<`, `<=`"});
  }
  const ParsedQuantity limit = parse_quantity(std::string_view(text).substr(op_end), known->kind);
  if (!limit)
    return complain(fmt::format("{} in a test", limit.problem.problem), limit.problem.help);
  return RuleTest{.figure = figure, .op = op, .value = *limit.value, .text = text};
}

std::vector<std::vector<RuleTest>> read_tests(const CatalogueFile& file, TableReader& reader) {
  std::vector<std::vector<RuleTest>> groups;
  const toml::array* any_of = reader.array("any_of");
  if (any_of == nullptr) return groups;
  for (const toml::node& group : *any_of) {
    const toml::array* all_of = group.as_array();
    if (all_of == nullptr || all_of->empty()) {
      file.problems->error(span_of(file, group), "`any_of` is not a list of lists of tests",
                           {std::string(test_forms)});
      continue;
    }
    std::vector<RuleTest> tests;
    for (const toml::node& node : *all_of) {
      if (auto test = read_test(file, node)) tests.push_back(std::move(*test));
    }
    groups.push_back(std::move(tests));
  }
  return groups;
}

RuleProvision read_provision(const CatalogueFile& file, const toml::table& table,
                             const std::string& vintage) {
  TableReader reader(file, table, "a provision");
  RuleProvision provision;
  provision.where = reader.where();
  provision.vintage = vintage;
  provision.name = reader.text("name");
  const std::string subject = fmt::format("provision `{}`", provision.name);
  reader.rename(subject);
  provision.consequence =
      reader.choice("consequence", {"controlled", "exempt", "eligible", "tariff", "condition"}, "");
  provision.any_of = read_tests(file, reader);
  provision.policy = reader.text_or("policy", "");
  provision.source = reader.source("source");
  provision.rate = reader.number("rate", UnitKind::fraction, provision.source);
  provision.certainty = reader.text("certainty");
  provision.notes = reader.text_or("notes", "");
  reader.finish();
  const bool needs_tests = provision.consequence != "condition";
  if (needs_tests == provision.any_of.empty()) {
    file.problems->error(
        provision.where,
        fmt::format("{} must have tests in `any_of` exactly when it is no condition", subject));
  }
  if ((provision.consequence == "tariff") != provision.rate.has_value()) {
    file.problems->error(provision.where,
                         fmt::format("{} must have a `rate` exactly when it is a tariff", subject));
  }
  return provision;
}

}  // namespace

void read_rule(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader reader(file, root, "a rule");
  RuleVintage rule;
  rule.where = {.file = file.path, .line = 1, .column = 1};
  rule.name = reader.text("name");
  reader.rename(fmt::format("rule `{}`", rule.name));
  rule.aliases = reader.texts("aliases");
  rule.title = reader.text("title");
  rule.effective = reader.text("effective");
  rule.scope = reader.text("scope");
  rule.destinations = reader.texts("destinations");
  rule.destinations_source = reader.text_or("destinations_source", "");
  rule.continues = reader.text_or("continues", "");
  rule.notes = reader.text_or("notes", "");
  reader.table("sources");
  rule.aggregate_tpp_share = reader.number("aggregate_tpp_share", UnitKind::fraction);
  for (const toml::table* table : reader.tables("provision")) {
    rule.provisions.push_back(read_provision(file, *table, rule.name));
  }
  reader.finish();
  catalogue.rules.push_back(std::move(rule));
}

}  // namespace tranche
