// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/read_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace tranche {
namespace {

constexpr std::string_view lever_prefix = "levers.";
constexpr std::string_view assumption_prefix = "assumptions.";

const Node* definition_of(const std::string& name, ReadContext& context) {
  if (context.definitions.empty()) {
    for (const char* section : {"levers", "assumptions"}) {
      const Node* table = context.root.find(section);
      if (table == nullptr) continue;
      for (const Node& child : table->children) {
        context.definitions.emplace(fmt::format("{}.{}", section, child.key), &child);
      }
    }
  }
  const auto found = context.definitions.find(name);
  return found == context.definitions.end() ? nullptr : found->second;
}

std::vector<std::string> defined_names(const Node& root) {
  std::vector<std::string> names;
  for (const char* section : {"levers", "assumptions"}) {
    if (const Node* table = root.find(section)) {
      for (const Node& child : table->children) {
        names.push_back(fmt::format("{}.{}", section, child.key));
      }
    }
  }
  return names;
}

void report_undefined(const std::string& name, const SourceSpan& where, ReadContext& context) {
  std::vector<std::string> help = {"define it in [levers] or [assumptions]"};
  if (!context.problems.are_many()) {
    const std::vector<std::string> known = defined_names(context.root);
    if (!known.empty()) help = name_help(name, known, "defined");
  }
  context.problems.error(where, fmt::format("`{}` is not defined", name), std::move(help));
}

// "levers.a -> levers.b -> levers.a", shortened in the middle if long.
std::string chain_text(const std::vector<std::string>& chain, const std::string& last) {
  constexpr std::size_t max_shown = 8;
  if (chain.size() <= max_shown) return fmt::format("{} -> {}", fmt::join(chain, " -> "), last);
  const auto first = chain.begin();
  return fmt::format("{} -> ... {} more ... -> {}",
                     fmt::join(first, first + static_cast<std::ptrdiff_t>(max_shown), " -> "),
                     chain.size() - max_shown, last);
}

// Follows the chain from a definition of this name to its end.
void follow(const std::string& first, const Node* node, ReadContext& context) {
  DefinitionEnd end{.node = node, .variable = first};
  std::vector<std::string> chain = {first};
  std::unordered_set<std::string> seen = {first};
  context.referenced.insert(first);
  while (is_reference(*end.node)) {
    const std::string name = end.node->text;
    const Node* target = definition_of(name, context);
    const bool is_closed = !seen.insert(name).second;
    if (is_closed) {
      context.problems.error(end.node->where, fmt::format("`{}` refers to itself", name),
                             {chain_text(chain, name)});
    } else if (target == nullptr) {
      report_undefined(name, end.node->where, context);
    }
    if (is_closed || target == nullptr) {
      end = {};
      break;
    }
    context.referenced.insert(name);
    if (const auto known = context.definition_ends.find(name);
        known != context.definition_ends.end()) {
      end = known->second;
      break;
    }
    chain.push_back(name);
    end = {.node = target, .variable = name};
  }
  for (const std::string& name : chain) context.definition_ends.emplace(name, end);
}

}  // namespace

bool is_reference(const Node& node) {
  return node.is_string() &&
         (node.text.starts_with(lever_prefix) || node.text.starts_with(assumption_prefix));
}

std::optional<Definition> resolve(const Node& node, const std::string& path, Role role,
                                  ReadContext& context) {
  if (!is_reference(node)) return Definition{.node = &node, .variable = path, .role = role};
  const std::string& name = node.text;
  auto known = context.definition_ends.find(name);
  if (known == context.definition_ends.end()) {
    const Node* first = definition_of(name, context);
    if (first == nullptr) {
      report_undefined(name, node.where, context);
      return std::nullopt;
    }
    follow(name, first, context);
    known = context.definition_ends.find(name);
  }
  const DefinitionEnd& end = known->second;
  if (end.node == nullptr) return std::nullopt;
  return Definition{.node = end.node,
                    .variable = end.variable,
                    .role = end.variable.starts_with(lever_prefix) ? Role::lever : Role::assumption,
                    .is_reference = true};
}

void add_resolved(const std::string& path, const Node& node, ReadContext& context) {
  context.resolved.push_back({.path = path, .text = toml_text(node), .where = node.where});
}

SourceSpan span_in_string(const Node& node, std::size_t offset, std::size_t length) {
  SourceSpan where = node.where;
  // With escapes or several lines, offsets in the content differ from those in the file.
  if (where.length == node.text.size() + 2) {
    where.column += 1 + offset;
    where.length = length;
  } else if (where.length == node.text.size()) {
    where.column += offset;
    where.length = length;
  }
  return where;
}

void check_keys(const Node& table, const std::vector<std::string>& known, const std::string& what,
                Problems& problems) {
  for (const Node& child : table.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    problems.error(
        child.key_where, fmt::format("unknown key `{}` {}", child.key, what),
        problems.are_many() ? std::vector<std::string>{} : name_help(child.key, known, "keys"));
  }
}

bool is_changed(const std::string& path, const ReadContext& context) {
  const auto within = [](const std::string& inner, const std::string& outer) {
    return inner == outer || inner.starts_with(outer + ".");
  };
  return std::any_of(context.changed.begin(), context.changed.end(), [&](const std::string& other) {
    return within(path, other) || within(other, path);
  });
}

}  // namespace tranche
