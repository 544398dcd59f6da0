// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sensitivity/input_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace tranche {
namespace {

// Key that joins inputs for every method: the same path, or shares of the same split.
const std::string& own_name(const DrawnInput& input) {
  return input.shares_of.empty() ? input.variable : input.shares_of;
}

// Disjoint sets of joined inputs, represented by their smallest index.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) const {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const std::size_t x = root(a), y = root(b);
    parent_[std::max(x, y)] = std::min(x, y);
  }

 private:
  std::vector<std::size_t> parent_;
};

void add_unique(std::vector<std::string>& list, const std::string& name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

}  // namespace

std::vector<InputGroup> input_groups(const LoweredScenario& lowered, Ties ties) {
  const std::vector<DrawnInput>& inputs = lowered.inputs;
  Sets sets(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    for (std::size_t k = i + 1; k < inputs.size(); ++k) {
      const bool are_tied =
          ties == Ties::together && std::ranges::count(inputs[i].tied_with, inputs[k].variable) > 0;
      if (own_name(inputs[i]) == own_name(inputs[k]) || are_tied) sets.join(i, k);
    }
  std::vector<InputGroup> groups;
  std::vector<std::size_t> group_at(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const DrawnInput& input = inputs[i];
    const std::size_t root = sets.root(i);
    if (root == i) {
      group_at[i] = groups.size();
      groups.emplace_back();
      groups.back().name = own_name(input);
      groups.back().role = input.role;
      groups.back().where = input.where;
      groups.back().text = input.shares_of.empty() ? input.text : "";
    }
    InputGroup& group = groups[group_at[root]];
    add_unique(group.members, own_name(input));
    if (group.members.size() > 1) group.text.clear();
    group.inputs.push_back(i);
    group.confidence = std::max(group.confidence, input.confidence);
    for (const InputInstance& instance : input.instances)
      if (std::ranges::count(group.keys, instance.key) == 0) group.keys.push_back(instance.key);
  }
  return groups;
}

std::string group_title(const InputGroup& group) {
  return group.members.size() == 1
             ? group.name
             : fmt::format("{} +{} tied", group.name, group.members.size() - 1);
}

}  // namespace tranche
