// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/name_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/catalogue/names_in_use.hpp"
#include "sim/scenario/metrics.hpp"

namespace tranche {
namespace {

std::string_view singular(NameSet set) {
  switch (set) {
    case NameSet::any:
      return "name";
    case NameSet::chip:
      return "chip";
    case NameSet::model:
      return "model";
    case NameSet::catalogue_workload:
      return "catalogue workload";
    case NameSet::rule:
      return "rule";
    case NameSet::firm:
      return "firm";
    case NameSet::workload:
      return "workload";
    case NameSet::permission:
      return "permission";
    case NameSet::metric:
      return "metric";
    case NameSet::yardstick:
      return "yardstick";
    case NameSet::country:
      return "country";
  }
  return "name";
}

std::string catalogue_page(NameSet set) {
  switch (set) {
    case NameSet::chip:
      return "chips";
    case NameSet::model:
      return "models";
    case NameSet::catalogue_workload:
      return "workloads";
    case NameSet::rule:
      return "rules";
    case NameSet::yardstick:
      return "yardsticks";
    default:
      return {};
  }
}

std::string_view own_name_text(OwnName kind) {
  switch (kind) {
    case OwnName::firm:
      return "firm";
    case OwnName::workload:
      return "workload";
    case OwnName::tranche:
      return "tranche";
    case OwnName::permission:
      return "permission";
    case OwnName::what_if:
      return "what-if";
  }
  return "name";
}

template <class Entry>
bool canonical(std::string& name, const Entry* entry) {
  if (entry == nullptr) return false;
  name = entry->name;
  return true;
}

bool known(std::string& name, NameSet set, const ReadContext& context) {
  const Catalogue& catalogue = context.catalogue;
  const auto among = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  switch (set) {
    case NameSet::any:
      return true;
    case NameSet::chip:
      return canonical(name, catalogue.find_chip(name));
    case NameSet::model:
      // A name with a format is kept: its reader needs the format.
      return canonical(name, catalogue.find_model(name)) ||
             named_model(catalogue.models, name).model != nullptr;
    case NameSet::catalogue_workload:
      return canonical(name, catalogue.find_workload(name));
    case NameSet::rule:
      return canonical(name, catalogue.find_rule(name));
    case NameSet::yardstick:
      return canonical(name, catalogue.find_yardstick(name));
    case NameSet::country:
      return canonical(name, catalogue.find_country(name));
    case NameSet::firm:
      return name == "all" || among(context.firms);
    case NameSet::workload:
      return among(context.workloads);
    case NameSet::permission:
      return among(context.permissions);
    case NameSet::metric:
      return among(names_in(set, context));
  }
  return false;
}

}  // namespace

std::vector<std::string> names_in(NameSet set, const ReadContext& context) {
  switch (set) {
    case NameSet::any:
      return {};
    case NameSet::chip:
      return context.catalogue.chip_names();
    case NameSet::model:
      return context.catalogue.model_names();
    case NameSet::catalogue_workload:
      return context.catalogue.workload_names();
    case NameSet::rule:
      return context.catalogue.rule_names();
    case NameSet::yardstick:
      return context.catalogue.yardstick_names();
    case NameSet::country:
      return context.catalogue.country_names();
    case NameSet::firm:
      return context.firms;
    case NameSet::workload:
      return context.workloads;
    case NameSet::permission:
      return context.permissions;
    case NameSet::metric:
      break;
  }
  std::vector<std::string> names = metric_names();
  for (const auto& more : {context.catalogue.yardstick_names(), context.workloads}) {
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

bool check_name(std::string& name, NameSet set, const SourceSpan& where, ReadContext& context) {
  if (known(name, set, context)) return true;
  if (context.problems.are_many()) {
    context.problems.error(where, fmt::format("unknown {} `{}`", singular(set), name));
    return false;
  }
  const std::vector<std::string> names = names_in(set, context);
  std::vector<std::string> help;
  if (const std::string page = catalogue_page(set); !page.empty()) {
    // The list of the catalogue is too long for a message.
    const std::string near_name = nearest_name(name, names);
    if (!near_name.empty()) help.push_back(fmt::format("did you mean `{}`?", near_name));
    const std::vector<std::string> family = names_of_family(name, names);
    constexpr std::size_t max_names = 12;
    const bool has_families = set == NameSet::chip || set == NameSet::model;
    if (has_families && near_name.empty() && !family.empty() && family.size() <= max_names)
      help.push_back(fmt::format("of that family: `{}`", fmt::join(family, "`, `")));
    help.push_back(fmt::format("see `tranche catalogue {}`", page));
  } else if (set == NameSet::country) {
    const std::string near_name = nearest_name(name, names);
    if (!near_name.empty()) help.push_back(fmt::format("did you mean `{}`?", near_name));
    help.emplace_back("an English name or a code of ISO 3166: `China` or `CN`");
  } else if (set == NameSet::metric) {
    const std::string near_name = nearest_name(name, names);
    if (!near_name.empty()) help.push_back(fmt::format("did you mean `{}`?", near_name));
    help.push_back(fmt::format("metrics: `{}`, and the names of yardsticks and workloads",
                               fmt::join(metric_names(), "`, `")));
  } else {
    help = name_help(name, names, fmt::format("{}s known here", singular(set)));
  }
  context.problems.error(where, fmt::format("unknown {} `{}`", singular(set), name), help);
  return false;
}

bool check_own_name(const Node& node, OwnName kind, const Catalogue& catalogue,
                    Problems& problems) {
  static const std::vector<std::string> reserved = {"all", "none", "base", "value", "dirichlet"};
  const std::string& name = node.key;
  const std::string_view what = own_name_text(kind);
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (!plain) {
    problems.error(node.key_where, fmt::format("`{}` cannot be the name of a {}", name, what),
                   {"letters, digits, `-` and `_`; put other text in `title`"});
    return false;
  }
  // `[allocate]` uses this name for the worst firm.
  const bool is_worst_firm = kind == OwnName::firm && name == "worst";
  if (is_worst_firm || std::find(reserved.begin(), reserved.end(), name) != reserved.end()) {
    problems.error(node.key_where, fmt::format("`{}` cannot be the name of a {}", name, what),
                   {"it has a meaning of its own"});
    return false;
  }
  // The results of a workload are a metric of its name.
  if (kind != OwnName::workload) return true;
  const std::vector<std::string>& metrics = metric_names();
  const bool is_metric = std::find(metrics.begin(), metrics.end(), name) != metrics.end();
  if (!is_metric && catalogue.find_yardstick(name) == nullptr) return true;
  problems.error(node.key_where, fmt::format("`{}` cannot be the name of a workload", name),
                 {fmt::format("it is the name of a {}, and results show both under their names",
                              is_metric ? "metric" : "yardstick")});
  return false;
}

}  // namespace tranche
