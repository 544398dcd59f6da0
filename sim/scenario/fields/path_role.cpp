// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fields/path_role.hpp"

#include <vector>

#include "sim/input/config_node.hpp"
#include "sim/scenario/fields/fields.hpp"

namespace tranche {
namespace {

// Row of the key, or of the table that contains it: "split.alibaba" belongs to "split".
const FieldInfo* find_field(const Section& section, const std::string& key) {
  const FieldInfo* best = nullptr;
  for (const FieldInfo& field : section.fields) {
    const bool matches = key == field.key || key.starts_with(field.key + ".");
    if (matches && (best == nullptr || field.key.size() > best->key.size())) best = &field;
  }
  return best;
}

}  // namespace

PathGroup path_group(const std::string& path) {
  const std::vector<std::string> segments = split_path(path);
  if (segments.front() == "levers") return PathGroup::lever;
  if (segments.front() == "assumptions") return PathGroup::assumption;
  const Section* section = find_section(segments.front());
  const std::size_t owner = section != nullptr && section->shape == Shape::tables ? 2 : 1;
  if (section == nullptr || segments.size() <= owner) return PathGroup::other;
  const std::vector<std::string> rest(segments.begin() + static_cast<std::ptrdiff_t>(owner),
                                      segments.end());
  const FieldInfo* field = find_field(*section, join_path(rest));
  if (field == nullptr) return PathGroup::other;
  if (field->role == Role::lever) return PathGroup::lever;
  const bool is_number = field->form == Form::quantity || field->form == Form::moment ||
                         field->form == Form::chance || field->form == Form::shares ||
                         field->form == Form::stock || field->form == Form::integer;
  return is_number ? PathGroup::assumption : PathGroup::other;
}

const char* name_of(PathGroup group) {
  return group == PathGroup::lever        ? "lever"
         : group == PathGroup::assumption ? "assumption"
                                          : "other";
}

}  // namespace tranche
