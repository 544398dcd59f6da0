#include "sim/scenario/read_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tranche {
namespace {

constexpr std::string_view lever_prefix = "levers.";
constexpr std::string_view assumption_prefix = "assumptions.";

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

}  // namespace

bool is_reference(const Node& node) {
  return node.is_string() &&
         (node.text.starts_with(lever_prefix) || node.text.starts_with(assumption_prefix));
}

std::optional<Definition> resolve(const Node& node, const std::string& path, Role role,
                                  ReadContext& context) {
  Definition definition{.node = &node, .variable = path, .role = role};
  std::vector<std::string> seen;
  while (is_reference(*definition.node)) {
    const std::string name = definition.node->text;
    const SourceSpan& where = definition.node->where;
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      context.problems.error(where, fmt::format("`{}` refers to itself", name),
                             {fmt::format("{} -> {}", fmt::join(seen, " -> "), name)});
      return std::nullopt;
    }
    seen.push_back(name);
    const bool lever = name.starts_with(lever_prefix);
    const Node* section = context.root.find(lever ? "levers" : "assumptions");
    const Node* target =
        section == nullptr ? nullptr : section->find(name.substr(name.find('.') + 1));
    if (target == nullptr) {
      const std::vector<std::string> known = defined_names(context.root);
      context.problems.error(where, fmt::format("`{}` is not defined", name),
                             known.empty() ? std::vector<std::string>{"define it in [levers] or "
                                                                      "[assumptions]"}
                                           : name_help(name, known, "defined"));
      return std::nullopt;
    }
    context.referenced.insert(name);
    definition = {.node = target,
                  .variable = name,
                  .role = lever ? Role::lever : Role::assumption,
                  .is_reference = true};
  }
  return definition;
}

void add_resolved(const std::string& path, const Node& node, ReadContext& context) {
  context.resolved.push_back({.path = path, .text = toml_text(node), .where = node.where});
}

SourceSpan span_in_string(const Node& node, std::size_t offset, std::size_t length) {
  SourceSpan where = node.where;
  // With escapes or several lines the content's bytes are not the file's.
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
    problems.error(child.key_where, fmt::format("unknown key `{}` {}", child.key, what),
                   name_help(child.key, known, "keys"));
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
