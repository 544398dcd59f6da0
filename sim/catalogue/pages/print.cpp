// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/pages/print.hpp"

#include <fmt/format.h>

#include "sim/catalogue/pages/pages.hpp"

namespace tranche {
namespace {

[[noreturn]] void refuse_name(std::string_view what, const std::string& name,
                              const std::vector<std::string>& known) {
  throw InputError({{.problem = fmt::format("unknown {} `{}`", what, name),
                     .help = name_help(name, known, fmt::format("{}s known", what))}});
}

Page list_page(const Catalogue& catalogue, CatalogueKind kind) {
  switch (kind) {
    case CatalogueKind::chips:
      return chip_list_page(catalogue);
    case CatalogueKind::models:
      return model_list_page(catalogue);
    case CatalogueKind::workloads:
      return workload_list_page(catalogue);
    case CatalogueKind::rules:
      return rule_list_page(catalogue);
    case CatalogueKind::yardsticks:
      return yardstick_list_page(catalogue);
  }
  return {};
}

Page entry_page(const Catalogue& catalogue, CatalogueKind kind, const std::string& name) {
  switch (kind) {
    case CatalogueKind::chips:
      if (const ChipEntry* chip = catalogue.find_chip(name)) return chip_page(catalogue, *chip);
      refuse_name("chip", name, catalogue.chip_names());
    case CatalogueKind::models:
      if (const ModelEntry* model = catalogue.find_model(name)) return model_page(*model);
      refuse_name("model", name, catalogue.model_names());
    case CatalogueKind::workloads:
      if (const WorkloadEntry* work = catalogue.find_workload(name)) return workload_page(*work);
      refuse_name("workload", name, catalogue.workload_names());
    case CatalogueKind::rules:
      if (const RuleVintage* rule = catalogue.find_rule(name)) return rule_page(catalogue, *rule);
      refuse_name("rule", name, catalogue.rule_names());
    case CatalogueKind::yardsticks:
      if (const Yardstick* yardstick = catalogue.find_yardstick(name)) {
        return yardstick_page(catalogue, *yardstick);
      }
      refuse_name("yardstick", name, catalogue.yardstick_names());
  }
  return {};
}

}  // namespace

std::optional<CatalogueKind> catalogue_kind(std::string_view name) {
  if (name == "chips") return CatalogueKind::chips;
  if (name == "models") return CatalogueKind::models;
  if (name == "workloads") return CatalogueKind::workloads;
  if (name == "rules") return CatalogueKind::rules;
  if (name == "yardsticks") return CatalogueKind::yardsticks;
  return std::nullopt;
}

std::string print_catalogue(const Catalogue& catalogue, CatalogueKind kind,
                            const std::optional<std::string>& name, TextFormat format) {
  const Page page = name ? entry_page(catalogue, kind, *name) : list_page(catalogue, kind);
  if (format != TextFormat::table) {
    return format_table(page.table_for_programs.value_or(page.table), format);
  }
  return page.heading + aligned_text(page.table) + page.footing;
}

}  // namespace tranche
