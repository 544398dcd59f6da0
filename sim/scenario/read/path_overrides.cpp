// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/path_overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/input/calendar.hpp"
#include "sim/input/quantity_text.hpp"
#include "sim/input/toml_load.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/former_keys.hpp"
#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/schedule_reader.hpp"
#include "sim/scenario/read/uncertain_value_reader.hpp"

namespace tranche {
namespace {

using Segments = std::vector<std::string>;

bool field_takes(const Section& section, const Segments& keys) {
  const std::string joined = join_path(keys);
  const auto matches = [&](const FieldInfo& field) {
    const bool named_parts = field.form == Form::stock || field.form == Form::shares;
    return field.key == joined || field.key.starts_with(joined + ".") ||
           (named_parts && field.key == keys.front());
  };
  return std::any_of(section.fields.begin(), section.fields.end(), matches) ||
         (section.numbers_have_sources &&
          std::any_of(provenance_fields().begin(), provenance_fields().end(), matches));
}

// Member of a table, or element of a list by its number from 1: `events.1.probability`.
template <class AnyNode>
AnyNode* member_of(AnyNode& node, const std::string& name) {
  if (!node.is_array()) return node.find(name);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool is_number = error == std::errc() && end == name.data() + name.size();
  if (!is_number || number < 1 || number > node.children.size()) return nullptr;
  return &node.children[number - 1];
}

// True if the path adds a date to the dates of a schedule, which is `parent`.
bool adds_date(const Node& parent, const Segments& path) {
  if (path.size() < 3 || (path[path.size() - 2] != "at" && path[path.size() - 2] != "adds"))
    return false;
  const std::string& date = path.back();
  return parent.is_table() && (looks_like_date(date) || parse_year_month(date + "-01"));
}

// Keeps the dates of a schedule in order.
void sort_dates(Node& dates) { std::ranges::stable_sort(dates.children, {}, &Node::key); }

// True if this path may be created.
bool can_be_added(const Node& root, const Segments& path) {
  const Section* section = find_section(path.front());
  if (section == nullptr || path.size() < 2) return false;
  if (section->shape == Shape::table) {
    return field_takes(*section, Segments(path.begin() + 1, path.end()));
  }
  if (section->shape != Shape::tables) return false;
  const Node* named = root.find(path[0]) != nullptr ? root.find(path[0])->find(path[1]) : nullptr;
  if (path.size() == 2) return section->name != "firms" && section->name != "workloads";
  return named != nullptr && field_takes(*section, Segments(path.begin() + 2, path.end()));
}

void collect_paths(const Node& node, const std::string& prefix, int depth,
                   std::vector<std::string>& paths) {
  for (const Node& child : node.children) {
    const std::string path = prefix.empty() ? child.key : prefix + "." + child.key;
    if (depth > 0) paths.push_back(path);
    if (child.is_table() && !is_uncertain_table(child))
      collect_paths(child, path, depth + 1, paths);
  }
}

// Every existing path, and every possible key of existing sections.
std::vector<std::string> possible_paths(const Node& root) {
  std::vector<std::string> paths;
  collect_paths(root, "", 0, paths);
  for (const Section& section : sections()) {
    const Node* node = root.find(section.name);
    if (node == nullptr || !node->is_table()) continue;
    std::vector<std::string> owners = {section.name};
    if (section.shape == Shape::tables) {
      owners.clear();
      for (const Node& child : node->children) owners.push_back(section.name + "." + child.key);
    }
    for (const std::string& owner : owners) {
      for (const FieldInfo& field : section.fields) paths.push_back(owner + "." + field.key);
    }
  }
  return paths;
}

void unknown_path(const Node& root, const Assignment& assignment, Problems& problems) {
  const std::string near_path = nearest_name(assignment.path, possible_paths(root));
  std::vector<std::string> help;
  if (!near_path.empty()) help.push_back(fmt::format("did you mean `{}`?", near_path));
  help.push_back("`tranche resolve` lists every path of a scenario");
  problems.error(assignment.path_where, fmt::format("unknown path `{}`", assignment.path), help);
}

// Reports assignments that make variants incomparable; what-ifs are compared month by month and
// firm by firm.
bool comparable(const Assignment& assignment, const Segments& path, Problems& problems) {
  const std::string& section = path.front();
  if (section == "scenario" || section == "what_if" || section == "correlation" ||
      section == "sweep" || section == "allocate") {
    problems.error(assignment.path_where, fmt::format("a what-if cannot set `{}`", assignment.path),
                   {"all what-ifs share their months, draws and random numbers"});
    return false;
  }
  if ((section == "firms" || section == "workloads") && path.size() <= 2) {
    problems.error(assignment.path_where,
                   fmt::format("a what-if cannot replace `{}`", assignment.path),
                   {"all what-ifs have the same firms and workloads; set keys of theirs"});
    return false;
  }
  return true;
}

// True for "4 months", "30 %", "$20k" or a date, which do not take the unit of the old value; "200k
// to 300k" has a magnitude and no unit.
bool has_own_unit(const Node& value) {
  if (value.kind == Node::Kind::date) return true;
  if (!value.is_string()) return false;
  const std::string& text = value.text;
  if (text.starts_with('$') || looks_like_date(text)) return true;
  const std::size_t behind = text.find_last_of("0123456789.") + 1;
  if (behind == 0) return false;
  return !parse_quantity("1" + text.substr(behind), UnitKind::count);
}

Node keeping_shape(const Node& old, Node value) {
  const bool has_value = is_uncertain_table(old) || is_schedule(old);
  if (!has_value || value.is_table() || is_none(value) || is_reference(value)) return value;
  const Node* each = old.find("each");
  const Node* unit = has_own_unit(value) ? nullptr : old.find("unit");
  if (each == nullptr && unit == nullptr) return value;
  Node table;
  table.key = old.key;
  table.key_where = value.key_where;
  table.where = value.where;
  table.is_inline = true;
  value.key = "value";
  table.children.push_back(std::move(value));
  if (unit != nullptr) table.children.push_back(*unit);
  if (each != nullptr) table.children.push_back(*each);
  return table;
}

}  // namespace

void assign(Node& root, const Assignment& assignment, SetBy by, Problems& problems) {
  const Segments path = split_path(assignment.path);
  if (std::any_of(path.begin(), path.end(), [](const std::string& s) { return s.empty(); })) {
    problems.error(assignment.path_where, fmt::format("`{}` is not a path", assignment.path),
                   {"names with dots between: `tranches.first.chip`"});
    return;
  }
  if (by == SetBy::what_if && !comparable(assignment, path, problems)) return;
  // Checks first: an invalid path must not change the tree.
  const Node* at = &root;
  for (const std::string& name : path) {
    const Node* next = member_of(*at, name);
    if (next == nullptr && at != &root && (!at->is_table() || is_uncertain_table(*at))) {
      problems.error(
          assignment.path_where,
          fmt::format("unknown path `{}`: it ends in a value before `{}`", assignment.path, name));
      return;
    }
    if (next == nullptr && name == path.back() && adds_date(*at, path)) break;
    if (next == nullptr && !can_be_added(root, path)) {
      unknown_path(root, assignment, problems);
      return;
    }
    if (next == nullptr) break;
    at = next;
  }
  Node* target = &root;
  Node* dates = nullptr;  // of a schedule that gets a further one
  for (const std::string& name : path) {
    Node* next = member_of(*target, name);
    if (next == nullptr) {
      if (adds_date(*target, path)) dates = target;
      Node made;
      made.key = name;
      made.key_where = assignment.path_where;
      made.where = assignment.path_where;
      target->children.push_back(std::move(made));
      next = &target->children.back();
    }
    target = next;
  }
  Node value = keeping_shape(*target, assignment.value);
  value.key = path.back();
  value.key_where = assignment.path_where;
  *target = std::move(value);
  if (dates != nullptr) sort_dates(*dates);
}

std::optional<Assignment> parse_assignment(const std::string& argument, std::size_t line,
                                           Problems& problems) {
  const std::size_t equals = argument.find('=');
  SourceSpan where{.file = std::string(command_line_file),
                   .line = line,
                   .column = 1,
                   .length = std::max<std::size_t>(1, std::min(equals, argument.size()))};
  if (equals == std::string::npos || equals == 0) {
    problems.error(where, "expected `path=value`", {"--set levers.approved=200k"});
    return std::nullopt;
  }
  const std::string text = argument.substr(equals + 1);
  const SourceSpan value_where{.file = where.file,
                               .line = line,
                               .column = equals + 2,
                               .length = std::max<std::size_t>(1, text.size())};
  std::string path = argument.substr(0, equals);
  while (path.ends_with(' ')) path.pop_back();
  path = current_path(path, where, problems);
  return Assignment{.path = std::move(path),
                    .path_where = std::move(where),
                    .value = parse_toml_value(text, value_where)};
}

namespace {

void collect(const Node& table, const std::string& prefix, std::vector<Assignment>& list,
             Problems& problems) {
  for (const Node& child : table.children) {
    const std::string path = prefix + child.key;
    // `set.tranches.first.chip = …` and [what_if.set.tranches.first] are paths, too.
    if (child.is_table() && !child.is_inline && !child.children.empty()) {
      collect(child, path + ".", list, problems);
    } else {
      list.push_back({.path = current_path(path, child.key_where, problems),
                      .path_where = child.key_where,
                      .value = child});
    }
  }
}

}  // namespace

std::vector<Assignment> assignments_of(const Node& set, Problems& problems) {
  std::vector<Assignment> list;
  collect(set, "", list, problems);
  return list;
}

}  // namespace tranche
