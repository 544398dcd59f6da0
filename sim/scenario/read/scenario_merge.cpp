// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/scenario_merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "sim/input/toml_load.hpp"
#include "sim/scenario/fields/fields.hpp"
#include "sim/scenario/read/former_keys.hpp"

namespace tranche {
namespace {

// True if the section has a field with inner keys, "slip.length", or named parts under the key.
bool has_inner_table(const Section& section, const std::string& key) {
  return std::any_of(section.fields.begin(), section.fields.end(), [&](const FieldInfo& field) {
    return field.key.starts_with(key + ".") || (field.key == key && field.form == Form::stock);
  });
}

std::string name_of(const Node& table) {
  const Node* name = table.find("name");
  return name != nullptr ? name->text : std::string();
}

void merge_lists(Node& base, Node&& over) {
  // An empty list removes the inherited one.
  if (over.children.empty() || !base.is_array()) {
    base = std::move(over);
    return;
  }
  for (Node& item : over.children) {
    const std::string name = name_of(item);
    const auto same =
        std::find_if(base.children.begin(), base.children.end(), [&](const Node& existing) {
          return base.key == "what_if" && !name.empty() && name_of(existing) == name &&
                 existing.where.file != item.where.file;
        });
    if (same != base.children.end()) {
      *same = std::move(item);
    } else {
      base.children.push_back(std::move(item));
    }
  }
}

void merge(Node& base, Node&& over, std::vector<std::string>& path) {
  if (base.is_table() && over.is_table() && merges_by_key(path)) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < base.children.size(); ++i) places.emplace(base.children[i].key, i);
    for (Node& child : over.children) {
      const auto existing = places.find(child.key);
      if (existing == places.end()) {
        base.children.push_back(std::move(child));
        continue;
      }
      path.push_back(child.key);
      merge(base.children[existing->second], std::move(child), path);
      path.pop_back();
    }
    base.note_places();
    base.where = over.where;
    if (over.key_where.line > 0) base.key_where = over.key_where;
    return;
  }
  const Section* section = path.size() == 1 ? find_section(path.front()) : nullptr;
  if (section != nullptr && section->shape == Shape::list && over.is_array()) {
    merge_lists(base, std::move(over));
  } else {
    base = std::move(over);
  }
}

std::optional<Node> load_chain(const std::string& path, const std::optional<std::string>& text,
                               const SourceSpan& asked_from, std::vector<std::string>& chain,
                               Problems& problems, std::vector<InputFile>& inputs) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const std::string canonical = fs::weakly_canonical(path, ignored).string();
  const bool circular = std::any_of(chain.begin(), chain.end(), [&](const std::string& earlier) {
    return fs::weakly_canonical(earlier, ignored).string() == canonical;
  });
  chain.push_back(path);
  if (circular) {
    problems.error(asked_from, "circular `extends`", {fmt::format("{}", fmt::join(chain, " -> "))});
    return std::nullopt;
  }
  std::optional<LoadedFile> file =
      text ? load_toml_text(*text, path, problems) : load_toml(path, asked_from, problems);
  if (!file) return std::nullopt;
  rename_former_keys(file->root, problems);
  inputs.push_back(file->input);
  const Node* extends = file->root.find("extends");
  if (extends == nullptr) return std::move(file->root);
  if (!extends->is_string() || extends->text.empty()) {
    problems.error(extends->where, "expected the name of a file for `extends`",
                   {"relative to this file: `extends = \"base.toml\"`"});
    return std::nullopt;
  }
  const std::string base_path =
      (fs::path(path).parent_path() / extends->text).lexically_normal().string();
  std::optional<Node> base = load_chain(base_path, {}, extends->where, chain, problems, inputs);
  if (!base) return std::nullopt;
  std::vector<std::string> at;
  merge(*base, std::move(file->root), at);
  return base;
}

}  // namespace

bool merges_by_key(const std::vector<std::string>& path) {
  if (path.empty()) return true;
  const Section* section = find_section(path[0]);
  if (section == nullptr || section->shape == Shape::list) return false;
  std::size_t depth = path.size();
  if (section->shape == Shape::tables) {
    if (depth <= 2) return true;
    --depth;
  }
  if (depth == 1) return true;
  return depth == 2 && section->shape != Shape::values && has_inner_table(*section, path.back());
}

std::optional<Node> load_merged(const std::string& path, const std::optional<std::string>& text,
                                Problems& problems, std::vector<InputFile>& inputs) {
  std::vector<std::string> chain;
  std::optional<Node> root = load_chain(path, text, {}, chain, problems, inputs);
  if (root) root->remove("extends");
  return root;
}

}  // namespace tranche
