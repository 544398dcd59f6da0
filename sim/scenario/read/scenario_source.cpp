// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/scenario_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sim/input/sha256.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/scenario_builder.hpp"
#include "sim/scenario/read/scenario_merge.hpp"
#include "sim/scenario/read/share_remarks.hpp"
#include "sim/scenario/read/study_reader.hpp"

namespace tranche {
namespace {

// Returns the paths that were set.
std::vector<std::string> apply_command_line(Node& root, const ReadOptions& options,
                                            Problems& problems) {
  std::vector<std::string> paths;
  std::string text;
  for (const std::string& argument : options.set) text += argument + "\n";
  problems.remember_source(std::string(command_line_file), text);
  std::size_t line = 0;
  for (const std::string& argument : options.set) {
    if (const auto assignment = parse_assignment(argument, ++line, problems)) {
      assign(root, *assignment, SetBy::command_line, problems);
      paths.push_back(assignment->path);
    }
  }
  const auto override_with = [&](const char* key, std::optional<std::uint64_t> value) {
    if (!value || root.find("scenario") == nullptr) return;
    const SourceSpan where{.file = fmt::format("(--{})", key)};
    assign(root,
           {.path = fmt::format("scenario.{}", key),
            .path_where = where,
            .value = parse_toml_value(std::to_string(*value), where)},
           SetBy::command_line, problems);
  };
  override_with("draws", options.draws);
  override_with("seed", options.seed);
  return paths;
}

// True if no path is set twice; reports duplicates.
bool are_distinct(const std::vector<Assignment>& assignments, Problems& problems) {
  bool distinct = true;
  std::unordered_map<std::string, const Assignment*> firsts;
  for (const Assignment& later : assignments) {
    const auto [first, is_new] = firsts.try_emplace(later.path, &later);
    if (is_new) continue;
    distinct = false;
    const SourceSpan& where = first->second->path_where;
    problems.error(later.path_where, fmt::format("`{}` is set twice", later.path),
                   {fmt::format("first at {}:{}", where.file, where.line)});
  }
  return distinct;
}

std::optional<Change> read_what_if(const Node& table, ReadContext& context) {
  const SectionPlace place{.table = table, .path = "what_if"};
  if (!table.is_table()) return std::nullopt;
  WhatIf what_if;
  check_section_keys(place, infos(what_if_fields()), false, context);
  read_fields(what_if_fields(), place, what_if, context);
  if (const Node* name = table.find("name")) {
    Node named = *name;
    named.key = what_if.name;
    named.key_where = name->where;
    check_own_name(named, OwnName::what_if, context.catalogue, context.problems);
  }
  const Node* set = table.find("set");
  if (set == nullptr || what_if.name.empty()) return std::nullopt;
  if (!set->is_table()) {
    context.problems.error(set->where,
                           fmt::format("expected a table for `set`, found {}", kind_text(*set)),
                           {"`set = { \"tranches.first.chip\" = \"H100\" }`"});
    return std::nullopt;
  }
  const std::vector<Assignment> assignments = assignments_of(*set, context.problems);
  if (!are_distinct(assignments, context.problems)) return std::nullopt;
  return Change{.name = what_if.name,
                .title = what_if.title.empty() ? what_if.name : what_if.title,
                .assignments = assignments,
                .where = set->where,
                .label = fmt::format("in what-if `{}`", what_if.name)};
}

std::vector<Change> read_what_ifs(ReadContext& context) {
  std::vector<Change> cases;
  std::unordered_set<std::string> names;
  const Node* list = context.root.find("what_if");
  if (list == nullptr || !list->is_array()) return cases;
  for (const Node& table : list->children) {
    std::optional<Change> found = read_what_if(table, context);
    if (!found) continue;
    if (!names.insert(found->name).second) {
      context.problems.error(table.find("name")->where,
                             fmt::format("duplicate name: what-if `{}`", found->name));
      continue;
    }
    cases.push_back(std::move(*found));
  }
  return cases;
}

void warn_unused(const Node& root, const std::set<std::string>& referenced, Problems& problems) {
  for (const char* section : {"levers", "assumptions"}) {
    const Node* table = root.find(section);
    if (table == nullptr) continue;
    for (const Node& child : table->children) {
      const std::string name = fmt::format("{}.{}", section, child.key);
      if (referenced.contains(name)) continue;
      problems.warning(child.key_where, fmt::format("nothing refers to `{}`", name),
                       {fmt::format("write \"{}\" where it should count", name)});
    }
  }
}

void add_inputs(const std::vector<InputFile>& more, std::vector<InputFile>& inputs) {
  for (const InputFile& file : more) {
    const bool known = std::any_of(inputs.begin(), inputs.end(),
                                   [&](const InputFile& other) { return other.path == file.path; });
    if (!known) inputs.push_back(file);
  }
}

// Files that the caller names, after that of the scenario.
void add_own_runs(const std::vector<std::string>& files, Scenario& scenario, ReadContext& context) {
  for (const std::string& file : files) {
    const std::optional<std::string> bytes = read_input_file(file, {}, context.problems);
    if (!bytes) continue;
    context.data_files.push_back({.path = file, .sha256 = sha256_hex(*bytes)});
    scenario.own_runs.push_back(file);
  }
}

}  // namespace

ScenarioSource::ProblemKey ScenarioSource::key_of(const Diagnostic& d) {
  return {d.where.file, d.where.line, d.where.column, d.problem};
}

// Reports problems that only a change has at its assignments.
void ScenarioSource::add_new_problems(const Problems& found, const Change& change,
                                      std::set<ProblemKey>& known, Problems& problems) const {
  std::set<std::pair<std::string, std::size_t>> lines;  // lines of the assignments
  for (const Assignment& a : change.assignments)
    lines.emplace(a.path_where.file, a.path_where.line);
  for (const Diagnostic& diagnostic : found.list()) {
    if (diagnostic.severity == Severity::warning) continue;
    if (!known.insert(key_of(diagnostic)).second) continue;
    SourceSpan where = diagnostic.where;
    std::vector<std::string> help = diagnostic.help;
    if (!lines.contains({where.file, where.line})) {
      where = change.assignments.size() == 1 ? change.assignments.front().path_where : change.where;
      if (diagnostic.where.line > 0) {
        help.push_back(fmt::format("it concerns {}:{}:{}", diagnostic.where.file,
                                   diagnostic.where.line, diagnostic.where.column));
      }
    }
    problems.error(where, fmt::format("{}: {}", change.label, diagnostic.problem), help);
  }
}

ScenarioSource::Built ScenarioSource::build(const Change& change) const {
  Built built;
  Node changed = varied_;
  std::vector<std::string> paths;
  for (const Assignment& assignment : change.assignments) {
    assign(changed, assignment, SetBy::what_if, built.found);
    paths.push_back(assignment.path);
  }
  ReadContext context{
      .root = changed, .catalogue = catalogue_, .problems = built.found, .changed = set_paths_};
  context.changed.insert(context.changed.end(), paths.begin(), paths.end());
  context.fits = &fits_;
  Scenario scenario = build_scenario(context);
  add_own_runs(own_runs_, scenario, context);
  built.variant = {.name = change.name,
                   .title = change.title,
                   .changed_paths = std::move(paths),
                   .scenario = std::move(scenario),
                   .resolved = std::move(context.resolved)};
  built.referenced = std::move(context.referenced);
  built.data_files = std::move(context.data_files);
  return built;
}

ScenarioSource::ScenarioSource(const std::string& path, const ReadOptions& options,
                               const Catalogue& catalogue)
    : catalogue_(catalogue) {
  set_.file = path;
  std::optional<Node> root = load_merged(path, options.text, problems_, set_.inputs);
  problems_.throw_if_errors();
  root_ = std::move(*root);
  set_paths_ = apply_command_line(root_, options, problems_);

  ReadContext base{
      .root = root_, .catalogue = catalogue, .problems = problems_, .changed = set_paths_};
  base.fits = &fits_;
  own_runs_ = options.own_runs;
  Scenario scenario = build_scenario(base);
  add_own_runs(own_runs_, scenario, base);
  what_ifs_ = read_what_ifs(base);
  if (!problems_.has_errors()) {
    sweep_ = read_sweep(scenario, what_ifs_, base);
    allocate_ = read_allocate(scenario, base);
  }
  varied_ = root_;
  for (const char* section : {"what_if", "sweep", "allocate"}) varied_.remove(section);
  std::set<std::string> referenced = base.referenced;
  add_inputs(base.data_files, set_.inputs);
  set_.variants.push_back({.name = "base",
                           .title = "Base case",
                           .changed_paths = {},
                           .scenario = std::move(scenario),
                           .resolved = std::move(base.resolved)});
  std::set<ProblemKey> known;
  for (const Diagnostic& diagnostic : problems_.list()) known.insert(key_of(diagnostic));

  for (const Change& what_if : what_ifs_) {
    Built built = build(what_if);
    add_new_problems(built.found, what_if, known, problems_);
    referenced.insert(built.referenced.begin(), built.referenced.end());
    add_inputs(built.data_files, set_.inputs);
    set_.variants.push_back(std::move(built.variant));
  }
  warn_unused(root_, referenced, problems_);
  if (!problems_.has_errors()) {
    remark_on_idle_firms(set_.variants, root_, problems_);
    remark_on_missing_shares(set_.variants, what_ifs_, problems_);
    if (sweep_) remark_on_swept_shares(*sweep_, set_.variants.front().scenario, problems_);
  }
  problems_.throw_if_errors();
  set_.warnings = problems_.list();
}

Variant ScenarioSource::variant(const Change& change) const {
  Built built = build(change);
  if (!built.found.has_errors()) return std::move(built.variant);
  std::set<ProblemKey> known;
  Problems problems = problems_;
  add_new_problems(built.found, change, known, problems);
  problems.throw_if_errors();
  return std::move(built.variant);
}

ScenarioSet read_scenario(const std::string& path, const ReadOptions& options,
                          const Catalogue& catalogue) {
  return ScenarioSource(path, options, catalogue).set();
}

}  // namespace tranche
