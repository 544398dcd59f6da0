// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/column_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/distribution/correlation.hpp"
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {
namespace {

using kernels::Slot;

int dimensions(const Each& each) { return int{each.firm} + int{each.tranche} + int{each.month}; }

bool nests(const Each& outer, const Each& inner) {
  return (!outer.firm || inner.firm) && (!outer.tranche || inner.tranche) &&
         (!outer.month || inner.month);
}

bool same(const kernels::VariableTable& a, const kernels::VariableTable& b) {
  return a.segment_count == b.segment_count && std::ranges::equal(a.begin, b.begin) &&
         std::ranges::equal(a.stretch, b.stretch) && std::ranges::equal(a.offset, b.offset) &&
         std::ranges::equal(a.constant, b.constant);
}

}  // namespace

ColumnPlan::ColumnPlan(kernels::FleetData& data, const Scenario& scenario, QuantileCache* cache)
    : data_(data),
      steps_(scenario.steps),
      months_per_step_(scenario.step == Step::month ? 1 : 3),
      tables_(cache) {}

std::int32_t ColumnPlan::state(std::int32_t count) {
  const std::int32_t first = next_column_;
  next_column_ += count;
  return first;
}

std::int32_t ColumnPlan::table(const Distribution& distribution) {
  const kernels::VariableTable made = tables_.add(distribution);
  const auto found = std::find_if(data_.tables.begin(), data_.tables.end(),
                                  [&](const auto& known) { return same(known, made); });
  const auto index = static_cast<std::int32_t>(found - data_.tables.begin());
  if (found == data_.tables.end()) data_.tables.push_back(made);
  return index;
}

Slot ColumnPlan::constant(double value) {
  const auto single = static_cast<float>(value);
  const auto [found, is_new] = constants_.try_emplace(single, next_column_);
  if (is_new) data_.constants.push_back({state(), single});
  return {found->second, 0};
}

std::string ColumnPlan::instance_name(const std::string& variable, const Each& each,
                                      const Owner& owner) const {
  std::string name = variable;
  if (each.firm) name += "@firm:" + owner.firm;
  if (each.tranche) name += "@tranche:" + owner.tranche;
  return name;
}

Slot ColumnPlan::drawn(const std::string& name, std::int32_t table, std::int32_t count,
                       bool by_step) {
  const Slot slot{state(count), by_step ? 1 : 0};
  const std::uint64_t key = variable_key(name);
  for (std::int32_t first = 0; first < count; first += 4)
    data_.draws.push_back({key, static_cast<std::uint32_t>(first / 4), slot.column + first,
                           std::min(4, count - first), table, by_step ? 0 : 1});
  return slot;
}

Slot ColumnPlan::instances(const std::string& variable, const Distribution& distribution,
                           std::int32_t count) {
  const std::int32_t table_index = table(distribution);
  const std::string key = fmt::format("{}#{}x{}", variable, table_index, count);
  auto found = columns_.find(key);
  if (found == columns_.end())
    found = columns_.emplace(key, drawn(variable, table_index, count, true)).first;
  return found->second;
}

Slot ColumnPlan::instances(const Input& input, const std::string& key,
                           const Distribution& distribution, double factor, std::int32_t count) {
  Input own = input;
  own.distribution = distribution;
  own.each = {};
  const Slot slot =
      instances(key, factor == 1.0 ? distribution : scaled(distribution, factor), count);
  remember(own,
           {.key = variable_key(key), .column = slot.column, .count = count, .factor = factor});
  return slot;
}

Slot ColumnPlan::input(const Input& input, double factor, const Owner& owner) {
  if (input.schedule) return timeline(timeline_of(input, factor, owner));
  if (input.distribution.is_constant())
    return constant(input.distribution.parameters.at(0) * factor);
  return drawn_input(input, factor, owner, "");
}

std::size_t ColumnPlan::remember(const Input& input, InputInstance instance,
                                 std::string shares_of) {
  const auto member = members_.find(input.variable);
  const std::vector<std::string> tied =
      member == members_.end() ? std::vector<std::string>{} : groups_[member->second.group].names;
  auto known = std::find_if(inputs_.begin(), inputs_.end(), [&](const DrawnInput& k) {
    return k.variable == input.variable && k.distribution == input.distribution &&
           k.tied_with == tied;
  });
  if (known == inputs_.end()) {
    inputs_.push_back(describe_drawn(input, std::move(shares_of)));
    known = inputs_.end() - 1;
    known->tied_with = tied;
  }
  if (known->variants.empty() || known->variants.back() != variant_)
    known->variants.push_back(variant_);
  const auto index = static_cast<std::size_t>(known - inputs_.begin());
  add_instance(index, std::move(instance));
  return index;
}

void ColumnPlan::add_instance(std::size_t input, InputInstance instance) {
  std::vector<InputInstance>& instances = inputs_[input].instances;
  const bool is_known = std::ranges::any_of(
      instances, [&](const InputInstance& i) { return i.column == instance.column; });
  if (!is_known) instances.push_back(std::move(instance));
}

InputInstance ColumnPlan::instance_of(const Input& input, double factor, const Owner& owner) {
  const std::int32_t table_index =
      table(factor == 1.0 ? input.distribution : scaled(input.distribution, factor));
  const auto member = members_.find(input.variable);
  const std::string name = instance_name(input.variable, input.each, owner);
  std::string key = fmt::format("{}#{}{}", name, table_index, input.each.month ? "m" : "");
  if (member != members_.end()) key += groups_[member->second.group].signature;
  const std::int32_t count = input.each.month ? steps_ : 1;
  auto found = columns_.find(key);
  if (found == columns_.end()) {
    const Slot slot = member != members_.end()
                          ? correlated(input, member->second, owner, table_index)
                          : drawn(name, table_index, count, input.each.month);
    found = columns_.emplace(key, slot).first;
  }
  return {.firm = input.each.firm ? owner.firm : "",
          .tranche = input.each.tranche ? owner.tranche : "",
          .key = variable_key(name),
          .column = found->second.column,
          .count = count,
          .factor = factor};
}

Slot ColumnPlan::drawn_input(const Input& input, double factor, const Owner& owner,
                             const std::string& shares_of) {
  const InputInstance instance = instance_of(input, factor, owner);
  remember(input, instance, shares_of);
  return {instance.column, input.each.month ? 1 : 0};
}

Slot ColumnPlan::dirichlet_part(const Input& concentration, const Owner& owner) {
  Input part = concentration;
  part.distribution = {Family::gamma, {mean(concentration.distribution), 1.0}, {}, {}, {}, {}};
  return drawn_input(part, 1.0, owner, part.variable.substr(0, part.variable.rfind('.')));
}

Slot ColumnPlan::input_or(const std::optional<Input>& maybe, double factor, const Owner& owner,
                          double otherwise) {
  return maybe ? input(*maybe, factor, owner) : constant(otherwise);
}

std::int32_t ColumnPlan::scores(const std::string& name, bool by_step) {
  const std::int32_t count = by_step ? steps_ : 1;
  const auto [found, is_new] = scores_.try_emplace(name, next_score_);
  if (!is_new) return found->second;
  next_score_ += count;
  const std::uint64_t key = variable_key(name);
  for (std::int32_t first = 0; first < count; first += 4)
    data_.scores.push_back({key, static_cast<std::uint32_t>(first / 4), found->second + first,
                            std::min(4, count - first), by_step ? 0 : 1});
  return found->second;
}

Slot ColumnPlan::correlated(const Input& input, const Member& member, const Owner& owner,
                            std::int32_t table) {
  const Group& group = groups_[member.group];
  const std::int32_t count = input.each.month ? steps_ : 1;
  const Slot slot{state(count), input.each.month ? 1 : 0};
  for (std::int32_t step = 0; step < count; ++step) {
    kernels::CopulaSpec spec;
    spec.column = slot.column + step;
    spec.table = table;
    spec.term_begin = static_cast<std::int32_t>(data_.copula_terms.size());
    for (std::size_t k = 0; k <= member.row; ++k) {
      const double weight = group.lower[member.row * group.names.size() + k];
      if (weight == 0.0) continue;
      const Each& each = group.each[k];
      const std::int32_t first = scores(instance_name(group.names[k], each, owner), each.month);
      data_.copula_terms.push_back({first + (each.month ? step : 0), weight});
    }
    spec.term_end = static_cast<std::int32_t>(data_.copula_terms.size());
    data_.copulas.push_back(spec);
  }
  return slot;
}

std::vector<std::string> ColumnPlan::set_correlations(const Scenario& scenario,
                                                      const ModelErrors& errors) {
  ++variant_;
  groups_.clear();
  members_.clear();
  std::vector<std::string> remarks;
  std::vector<Correlation> correlations = scenario.correlations;
  correlations.insert(correlations.end(), errors.correlations.begin(), errors.correlations.end());
  if (correlations.empty()) return remarks;

  std::map<std::string, Each> each_of;
  for_each_input(scenario, [&](const Input& input) {
    if (!input.distribution.is_constant()) each_of[input.variable] = input.each;
  });
  for (const auto& [work, input] : errors.inputs) each_of[input.variable] = input.each;
  // Inputs with the fewest instances come first, so that a factor row needs only inputs that nest
  // in it.
  std::vector<std::string> names;
  for (const Correlation& correlation : correlations)
    for (const std::string& name : correlation.between)
      if (each_of.contains(name) && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return dimensions(each_of[a]) < dimensions(each_of[b]);
  });
  const auto index_of = [&](const std::string& name) {
    return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::vector<RankCorrelation> pairs;
  Problems problems;
  for (const Correlation& correlation : correlations)
    for (std::size_t i = 0; i < correlation.between.size(); ++i)
      for (std::size_t k = i + 1; k < correlation.between.size(); ++k) {
        const std::string &a = correlation.between[i], &b = correlation.between[k];
        if (!each_of.contains(a) || !each_of.contains(b)) continue;
        if (!nests(each_of[a], each_of[b]) && !nests(each_of[b], each_of[a]))
          problems.error(correlation.where,
                         fmt::format("`{}` and `{}` cannot be correlated: one is drawn anew along "
                                     "a dimension where the other is not, and the other way round",
                                     a, b),
                         {"give both the same `each`, or one an `each` that includes the other's"});
        pairs.push_back({index_of(a), index_of(b), correlation.rank});
      }
  if (const std::string problem = problem_of(pairs); !problem.empty())
    problems.error(correlations.front().where, problem);
  problems.throw_if_errors();
  for (const CopulaGroup& found : copula_groups(pairs)) {
    if (found.members.size() < 2) continue;
    Group group;
    for (const int index : found.members) {
      const std::string& name = names[static_cast<std::size_t>(index)];
      members_[name] = {groups_.size(), group.names.size()};
      group.names.push_back(name);
      group.each.push_back(each_of[name]);
    }
    group.lower = found.lower;
    for (std::size_t i = 0; i < group.names.size(); ++i)
      group.signature += fmt::format("|{}", group.names[i]);
    for (const double weight : group.lower) group.signature += fmt::format(",{}", weight);
    if (found.largest_change > 0.0)
      remarks.push_back(fmt::format(
          "the correlations between {} cannot hold together; the nearest correlation matrix is "
          "used instead (largest change {:.3f})",
          fmt::join(group.names, ", "), found.largest_change));
    groups_.push_back(std::move(group));
  }
  return remarks;
}

void ColumnPlan::finish() {
  data_.coefficients = tables_.coefficients();
  data_.numbers.column_count = next_column_;
  data_.numbers.score_count = next_score_;
}

}  // namespace tranche
