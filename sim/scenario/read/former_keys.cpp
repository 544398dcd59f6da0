// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/former_keys.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

namespace tranche {
namespace {

struct FormerKey {
  std::string_view section;  // whose tables have it
  std::string_view former, current;
  std::string_view until;  // the version that no longer knows the former key
};

constexpr std::array<FormerKey, 1> former_keys{{
    {"licences", "aggregate_tpp_share", "aggregate_share_cap", "0.2"},
}};

void warn(const FormerKey& key, const SourceSpan& where, Problems& problems) {
  problems.warning(where, fmt::format("`{}` is called `{}` now", key.former, key.current),
                   {fmt::format("the former name works until version {}", key.until)});
}

}  // namespace

void rename_former_keys(Node& root, Problems& problems) {
  for (const FormerKey& key : former_keys) {
    Node* const section = root.find(key.section);
    if (section == nullptr || !section->is_table()) continue;
    for (Node& table : section->children) {
      if (!table.is_table() || table.find(key.current) != nullptr) continue;
      Node* const found = table.find(key.former);
      if (found == nullptr) continue;
      warn(key, found->key_where, problems);
      found->key = key.current;
      table.note_places();
    }
  }
}

std::string current_path(const std::string& path, const SourceSpan& where, Problems& problems) {
  std::vector<std::string> names = split_path(path);
  for (const FormerKey& key : former_keys)
    if (names.size() >= 3 && names[0] == key.section && names[2] == key.former) {
      warn(key, where, problems);
      names[2] = key.current;
      return join_path(names);
    }
  return path;
}

}  // namespace tranche
