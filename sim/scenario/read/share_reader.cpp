// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/read/share_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "sim/scenario/read/name_check.hpp"
#include "sim/scenario/read/schedule_frame.hpp"
#include "sim/scenario/read/schedule_reader.hpp"

namespace tranche {
namespace {

// Tolerance for sums above 1: 0.1 + 0.2 + 0.7 rounds up.
constexpr double sum_tolerance = 1e-9;

struct SharesTable {
  const Node* table;
  bool dirichlet;
  Provenance provenance;
};

// Unwraps `{ value = {…}, source = … }` and `{ dirichlet = {…}, source = … }`.
SharesTable unwrap(const Node& node, const NumberPlace& place, const Provenance& outer,
                   ReadContext& context) {
  for (const char* key : {"value", "dirichlet"}) {
    const Node* inner = node.find(key);
    if (inner == nullptr) continue;
    check_keys(node, {key, "source", "as_of", "confidence", "note"},
               fmt::format("of a value of `{}`", place.field.key), context.problems);
    const Provenance provenance = read_provenance(node, outer, context);
    if (std::string_view(key) == "value") return unwrap(*inner, place, provenance, context);
    return {inner, true, provenance};
  }
  return {&node, false, outer};
}

void check_sum(const Shares& shares, const Node& node, const FieldInfo& field,
               ReadContext& context) {
  double sum = 0;
  bool certain = true;
  for (const Shares::Entry& entry : shares.entries) {
    sum += mean(entry.share.distribution);
    certain = certain && entry.share.distribution.is_constant();
  }
  if (sum <= 1 + sum_tolerance) return;
  context.problems.error(node.where,
                         fmt::format("the shares of `{}` sum to {:.6g}{}", field.key, sum,
                                     certain ? "" : " in the mean"),
                         {field.names == NameSet::workload
                              ? "at most 1; or \"alternatives\": each workload on all chips"
                              : "at most 1; the rest is not assigned"});
}

// `{ at = { "2026-02" = { a = 0.6, b = 0.4 }, "2027-08" = { a = 0.3, b = 0.7 } } }`: each share
// becomes a number over time.
Shares read_shares_over_time(const Definition& definition, const NumberPlace& place,
                             const Provenance& outer, ReadContext& context) {
  Shares shares;
  const Node& table = *definition.node;
  const FieldInfo& field = place.field;
  if (field.over_time == OverTime::no) {
    context.problems.error(table.where, fmt::format("`{}` cannot change over time", field.key));
    return shares;
  }
  check_keys(table, {"at", "between", "source", "as_of", "confidence", "note"},
             fmt::format("of shares over time of `{}`", field.key), context.problems);
  const Provenance provenance = read_provenance(table, outer, context);
  const std::optional<ScheduleFrame> frame = read_frame(table, field, context);
  if (!frame) return shares;
  FieldInfo at_a_date = field;
  at_a_date.over_time = OverTime::no;
  std::vector<std::shared_ptr<Schedule>> schedules;
  for (const ScheduleFrame::Point& point : frame->points) {
    const std::size_t errors_before = context.problems.error_count();
    const Shares here =
        read_shares(*point.value,
                    {.field = at_a_date,
                     .path = fmt::format("{}.at.{}", definition.variable, point.label),
                     .outer = provenance},
                    context);
    if (context.problems.error_count() > errors_before) return {};
    if (here.dirichlet) {
      context.problems.error(point.value->where,
                             fmt::format("shares over time of `{}` cannot be Dirichlet", field.key),
                             {"give each share a number or an interval"});
      return {};
    }
    const bool is_first = shares.entries.empty();
    for (const Shares::Entry& entry : here.entries) {
      auto known = std::ranges::find_if(
          shares.entries, [&](const Shares::Entry& e) { return e.name == entry.name; });
      if (is_first) {
        known = shares.entries.insert(shares.entries.end(), entry);
        known->share.variable = definition.variable + "." + entry.name;
        known->share.path = place.path + "." + entry.name;
        schedules.push_back(std::make_shared<Schedule>());
        schedules.back()->is_linear = frame->is_linear;
        schedules.back()->moves_together = false;
      }
      if (known != shares.entries.end())
        schedules[static_cast<std::size_t>(known - shares.entries.begin())]->points.push_back(
            {point.month, point.label, entry.share});
    }
    if (here.entries.size() == shares.entries.size() &&
        schedules.back()->points.size() == schedules.front()->points.size() &&
        schedules.back()->points.back().label == point.label)
      continue;
    context.problems.error(point.value->where,
                           fmt::format("the shares of `{}` name others than those of `{}`",
                                       point.label, frame->points.front().label),
                           {"name the same ones at each date; 0 is a share"});
    return {};
  }
  for (std::size_t e = 0; e < shares.entries.size(); ++e)
    shares.entries[e].share.schedule = schedules[e];
  return shares;
}

}  // namespace

Shares read_shares(const Node& node, const NumberPlace& place, ReadContext& context) {
  Shares shares;
  const FieldInfo& field = place.field;
  const std::optional<Definition> definition = resolve(node, place.path, field.role, context);
  if (!definition) return shares;
  if (is_schedule(*definition->node))
    return read_shares_over_time(*definition, place,
                                 definition->is_reference ? Provenance{} : place.outer, context);
  const SharesTable found = unwrap(*definition->node, place,
                                   definition->is_reference ? Provenance{} : place.outer, context);
  if (!found.table->is_table() || found.table->children.empty()) {
    context.problems.error(
        found.table->where,
        fmt::format("expected shares by name for `{}`, found {}", field.key,
                    found.table->is_table() ? "an empty table" : kind_text(*found.table)),
        {"`{ a = 0.6, b = 0.4 }` or `{ dirichlet = { a = 8, b = 6 } }`"});
    return shares;
  }
  shares.dirichlet = found.dirichlet;
  FieldInfo share = field;
  share.form = Form::quantity;
  share.role = definition->role;
  if (found.dirichlet) {
    share.unit = UnitKind::count;
    share.maximum = std::numeric_limits<double>::infinity();
    share.minimum_allowed = false;
  }
  const std::size_t errors_before = context.problems.error_count();
  for (const Node& child : found.table->children) {
    std::string name = child.key;
    if (name == "all" || !check_name(name, field.names, child.key_where, context)) {
      if (name == "all") context.problems.error(child.key_where, "`all` is not one name");
      continue;
    }
    if (is_none(child)) continue;
    share.key = field.key + "." + name;
    std::optional<Input> input = read_number(
        child,
        {.field = share, .path = definition->variable + "." + name, .outer = found.provenance},
        context);
    if (!input) continue;
    input->path = place.path + "." + name;
    if (found.dirichlet && !input->distribution.is_constant()) {
      context.problems.error(child.where,
                             fmt::format("the concentration of `{}` must be certain", name));
      continue;
    }
    shares.entries.push_back({.name = std::move(name), .share = std::move(*input)});
  }
  if (!found.dirichlet && context.problems.error_count() == errors_before) {
    check_sum(shares, *found.table, field, context);
  }
  return shares;
}

Shares whole_share(const std::string& name, const NumberPlace& place, ReadContext& context) {
  Node one;
  one.kind = Node::Kind::integer;
  one.text = "1";
  one.number = 1;
  one.integer = 1;
  one.where.file = "(default)";
  FieldInfo share = place.field;
  share.form = Form::quantity;
  const std::string path = place.path + "." + name;
  add_resolved(path, one, context);
  std::optional<Input> input = read_number(one, {.field = share, .path = path}, context);
  input->is_default = true;
  Shares shares;
  shares.entries.push_back({.name = name, .share = std::move(*input)});
  return shares;
}

}  // namespace tranche
