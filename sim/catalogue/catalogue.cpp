// SPDX-License-Identifier: Apache-2.0

// Name look-up, location of the data folder, and reading of all catalogue files.
#include "sim/catalogue/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/catalogue/accuracy.hpp"
#include "sim/catalogue/catalogue_reader.hpp"
#include "sim/catalogue/names_in_use.hpp"
#include "sim/input/input_file.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

template <typename Entry>
bool has_name(const Entry& entry, std::string_view name) {
  if (equal_ignoring_case(entry.name, name)) return true;
  if constexpr (requires { entry.aliases; }) {
    return std::any_of(entry.aliases.begin(), entry.aliases.end(),
                       [&](const std::string& alias) { return equal_ignoring_case(alias, name); });
  }
  return false;
}

template <typename Entry>
const Entry* find_entry(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return has_name(entry, name); });
  return found == entries.end() ? nullptr : &*found;
}

// Names first, then aliases, so that help texts show the names.
template <typename Entry>
std::vector<std::string> all_names(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  if constexpr (requires(const Entry& entry) { entry.aliases; }) {
    for (const Entry& entry : entries) {
      names.insert(names.end(), entry.aliases.begin(), entry.aliases.end());
    }
  }
  return names;
}

template <typename Entry>
void check_names(const std::vector<Entry>& entries, std::string_view what, Problems& problems) {
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    std::vector<std::string> names = {entry->name};
    if constexpr (requires { entry->aliases; }) {
      names.insert(names.end(), entry->aliases.begin(), entry->aliases.end());
    }
    for (const std::string& name : names) {
      const auto same = std::find_if(entries.begin(), entry,
                                     [&](const Entry& other) { return has_name(other, name); });
      if (same == entry) continue;
      problems.error(entry->where, fmt::format("{} `{}` is named twice", what, name),
                     {fmt::format("first at {}:{}", same->where.file, same->where.line)});
    }
  }
}

std::optional<std::string> read_text(const fs::path& path, Problems& problems) {
  const std::string why = why_no_file(path);
  std::ifstream stream;
  std::string text;
  if (why.empty()) {
    stream.open(path, std::ios::binary);
    if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  if (!why.empty() || stream.bad() || !stream) {
    problems.error({.file = path.string()},
                   "cannot read the file" + (why.empty() ? why : ": " + why));
    return std::nullopt;
  }
  return text;
}

std::map<std::string, std::string> read_sources(const std::string& path, const toml::table& root,
                                                Problems& problems) {
  std::map<std::string, std::string> sources;
  const toml::table* table = root["sources"].as_table();
  if (table == nullptr) return sources;
  for (const auto& [code, node] : *table) {
    if (const auto text = node.value_exact<std::string>()) {
      sources.emplace(std::string(code.str()), *text);
    } else {
      problems.error({.file = path,
                      .line = code.source().begin.line,
                      .column = code.source().begin.column,
                      .length = code.str().size()},
                     fmt::format("source `{}` is not a text in quotes", code.str()));
    }
  }
  return sources;
}

using Reader = void (*)(const CatalogueFile&, const toml::table&, Catalogue&);

void read_file(const fs::path& path, Reader reader, Catalogue& catalogue, Problems& problems) {
  const std::optional<std::string> text = read_text(path, problems);
  if (!text) return;
  problems.remember_source(path.string(), *text);
  try {
    const toml::table root = toml::parse(*text, path.string());
    const CatalogueFile file{.path = path.string(),
                             .sources = read_sources(path.string(), root, problems),
                             .problems = &problems};
    reader(file, root, catalogue);
    for (const auto& [code, source] : file.sources) catalogue.sources.emplace(code, source);
  } catch (const toml::parse_error& error) {
    const toml::source_position& at = error.source().begin;
    problems.error({.file = path.string(), .line = at.line, .column = at.column},
                   fmt::format("not valid TOML: {}", error.description()));
  }
}

void read_rules(const fs::path& folder, Catalogue& catalogue, Problems& problems) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  if (failure) {
    problems.error({.file = folder.string()},
                   fmt::format("cannot read the folder ({})", failure.message()));
  }
  std::sort(files.begin(), files.end());  // by date, as names begin with it
  for (const fs::path& file : files) read_file(file, read_rule, catalogue, problems);
}

// Copies the provisions of the vintage that a rule continues, transitively, before its own.
void inherit_provisions(Catalogue& catalogue, Problems& problems) {
  for (RuleVintage& rule : catalogue.rules) {
    if (rule.continues.empty()) continue;
    const auto earlier =
        std::find_if(catalogue.rules.begin(), catalogue.rules.end(),
                     [&](const RuleVintage& other) { return other.name == rule.continues; });
    // Files are in name order: an earlier vintage is already complete.
    if (earlier == catalogue.rules.end() || &*earlier >= &rule) {
      std::vector<std::string> known;
      for (const RuleVintage& other : catalogue.rules) {
        if (&other < &rule) known.push_back(other.name);
      }
      problems.error(rule.where,
                     fmt::format("rule `{}` continues `{}`, which is no earlier rule", rule.name,
                                 rule.continues),
                     name_help(rule.continues, known, "earlier rules"));
      continue;
    }
    rule.provisions.insert(rule.provisions.begin(), earlier->provisions.begin(),
                           earlier->provisions.end());
  }
}

void check_references(const Catalogue& catalogue, Problems& problems) {
  for (const Yardstick& yardstick : catalogue.yardsticks) {
    if (catalogue.find_chip(yardstick.reference_chip) != nullptr) continue;
    problems.error(yardstick.where,
                   fmt::format("yardstick `{}` refers to an unknown chip `{}`", yardstick.name,
                               yardstick.reference_chip),
                   name_help(yardstick.reference_chip, catalogue.chip_names(), "chips known"));
  }
  for (const WorkloadEntry& workload : catalogue.workloads) {
    for (const MeasuredEfficiency& measured : workload.measured) {
      if (catalogue.find_chip(measured.chip) != nullptr) continue;
      problems.error(measured.share_of_peak.where,
                     fmt::format("workload `{}` was measured on an unknown chip `{}`",
                                 workload.name, measured.chip),
                     name_help(measured.chip, catalogue.chip_names(), "chips known"));
    }
  }
}

// Converts destinations of rules to country names.
void name_destinations(Catalogue& catalogue, Problems& problems) {
  for (RuleVintage& rule : catalogue.rules) {
    for (std::string& destination : rule.destinations) {
      if (const Country* const country = catalogue.find_country(destination)) {
        destination = country->name;
        continue;
      }
      problems.error(
          rule.where,
          fmt::format("rule `{}` names an unknown destination `{}`", rule.name, destination),
          name_help(destination, catalogue.country_names(), "countries known"));
    }
  }
}

}  // namespace

const ChipEntry* Catalogue::find_chip(std::string_view name) const {
  const ChipEntry* const exact = find_entry(chips, name);
  return exact != nullptr ? exact : named_chip(chips, name);
}
const ModelEntry* Catalogue::find_model(std::string_view name) const {
  if (const ModelEntry* const exact = find_entry(models, name)) return exact;
  // A name with a format is more than a model: callers that cannot use the format must refuse it.
  const NamedModel named = named_model(models, name);
  return named.precision.empty() ? named.model : nullptr;
}
const WorkloadEntry* Catalogue::find_workload(std::string_view name) const {
  return find_entry(workloads, name);
}
const RuleVintage* Catalogue::find_rule(std::string_view name) const {
  return find_entry(rules, name);
}
const Yardstick* Catalogue::find_yardstick(std::string_view name) const {
  return find_entry(yardsticks, name);
}
const Country* Catalogue::find_country(std::string_view name) const {
  return find_entry(countries, name);
}
std::vector<std::string> Catalogue::chip_names() const { return all_names(chips); }
std::vector<std::string> Catalogue::model_names() const { return all_names(models); }
std::vector<std::string> Catalogue::workload_names() const { return all_names(workloads); }
std::vector<std::string> Catalogue::rule_names() const { return all_names(rules); }
std::vector<std::string> Catalogue::yardstick_names() const { return all_names(yardsticks); }
std::vector<std::string> Catalogue::country_names() const { return all_names(countries); }

std::string data_folder() {
  const char* chosen = std::getenv("TRANCHE_DATA");
  std::vector<std::string> places;
  if (chosen != nullptr && *chosen != '\0') {
    // A folder set by the user is the only candidate: a wrong one is an error.
    places = {chosen};
  } else {
    std::error_code ignored;
    const fs::path binary = fs::read_symlink("/proc/self/exe", ignored);
    places = {(binary.parent_path() / TRANCHE_DATA_FROM_BINARY).lexically_normal().string(),
              TRANCHE_SOURCE_DATA_DIR};
  }
  for (const std::string& place : places) {
    std::error_code ignored;
    if (fs::is_directory(fs::path(place) / "catalogue", ignored)) return place;
  }
  std::string tried;
  for (const std::string& place : places) {
    tried += fmt::format("{}`{}`", tried.empty() ? "" : ", ", place);
  }
  throw InputError(
      {{.problem = "cannot find the catalogue",
        .help = {"tried " + tried, "`TRANCHE_DATA` names the folder that holds `catalogue/`"}}});
}

Catalogue read_catalogue(const std::string& data_folder) {
  const fs::path folder = fs::path(data_folder) / "catalogue";
  Catalogue catalogue;
  catalogue.folder = data_folder;
  Problems problems;
  read_file(folder / "chips.toml", read_chips, catalogue, problems);
  read_file(folder / "models.toml", read_models, catalogue, problems);
  read_file(folder / "workloads.toml", read_workloads, catalogue, problems);
  read_file(folder / "yardsticks.toml", read_yardsticks, catalogue, problems);
  read_file(folder / "countries.toml", read_countries, catalogue, problems);
  read_rules(folder / "rules", catalogue, problems);
  check_names(catalogue.chips, "chip", problems);
  check_names(catalogue.models, "model", problems);
  check_names(catalogue.workloads, "workload", problems);
  check_names(catalogue.rules, "rule", problems);
  check_names(catalogue.yardsticks, "yardstick", problems);
  check_names(catalogue.countries, "country", problems);
  inherit_provisions(catalogue, problems);
  name_destinations(catalogue, problems);
  check_references(catalogue, problems);
  problems.throw_if_errors();
  catalogue.accuracy = read_accuracy(data_folder);
  return catalogue;
}

}  // namespace tranche
