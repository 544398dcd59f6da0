// SPDX-License-Identifier: Apache-2.0

// Fields of [approvals.NAME], [licences.NAME] and [tranches.NAME]: decisions, and the resulting
// movement of chips.
#include "sim/scenario/fields/fields.hpp"

namespace tranche {
namespace {

std::vector<Field<Permission>> permission_fields() {
  return {
      {{.key = "title", .doc = "name in tables and charts", .form = Form::text},
       &Permission::title},
      {{.key = "probability",
        .doc = "of being granted; without it nothing that needs it moves. An uncertain probability "
               "counts with its mean",
        .form = Form::chance,
        .unit = UnitKind::fraction,
        .need = Need::defaulted,
        .default_text = "1",
        .maximum = 1},
       &Permission::granted},
      {{.key = "decided",
        .doc = "when: a date (before the start is fine) or a time after the start",
        .form = Form::moment,
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"0 months\"",
        .minimum = any_number},
       &Permission::decided_s},
      {{.key = "delay",
        .doc = "from the decision to its effect",
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"0 months\"",
        .each = {.firm = true, .tranche = true}},
       &Permission::delay_s},
  };
}

}  // namespace

const std::vector<Field<Permission>>& approval_fields() {
  static const std::vector<Field<Permission>> fields = permission_fields();
  return fields;
}

const std::vector<Field<Permission>>& licence_fields() {
  static const std::vector<Field<Permission>> fields = [] {
    std::vector<Field<Permission>> list = permission_fields();
    const std::vector<Field<Permission>> more = {
        {{.key = "rule",
          .doc = "vintage of the export rules (see `tranche catalogue rules`): decides which chips "
                 "are eligible, and the tariff",
          .form = Form::name,
          .role = Role::lever,
          .names = NameSet::rule},
         &Permission::rule},
        {{.key = "per_buyer_cap",
          .doc = "most chips each firm may get under it; no limit if absent",
          .unit = UnitKind::chips,
          .role = Role::lever,
          .over_time = OverTime::level},
         &Permission::per_buyer_cap_chips},
        {{.key = "total_cap",
          .doc = "most chips for all firms together; no limit if absent",
          .unit = UnitKind::chips,
          .role = Role::lever,
          .over_time = OverTime::level},
         &Permission::total_cap_chips},
        {{.key = "aggregate_share_cap",
          .doc = "cap on the total as a share of the same chip's shipments in the reference market",
          .unit = UnitKind::fraction,
          .role = Role::lever,
          .over_time = OverTime::level,
          .maximum = 10},
         &Permission::aggregate_share_cap},
        {{.key = "reference_shipments",
          .doc = "shipments in the reference market from the start on",
          .unit = UnitKind::chips_per_s,
          .over_time = OverTime::level},
         &Permission::reference_shipments_chips_per_s},
        {{.key = "reference_shipped",
          .doc = "shipped in the reference market before the start",
          .unit = UnitKind::chips},
         &Permission::reference_shipped_chips},
        {{.key = "test_delay",
          .doc = "third-party test of each shipment",
          .unit = UnitKind::seconds,
          .need = Need::defaulted,
          .default_text = "\"0 weeks\"",
          .each = {.firm = true, .tranche = true}},
         &Permission::test_delay_s},
    };
    list.insert(list.end(), more.begin(), more.end());
    return list;
  }();
  return fields;
}

const std::vector<Field<Tranche>>& tranche_fields() {
  static const std::vector<Field<Tranche>> fields = {
      {{.key = "title", .doc = "name in tables and charts", .form = Form::text}, &Tranche::title},
      {{.key = "chip",
        .doc = "chip of the catalogue",
        .form = Form::name,
        .need = Need::required,
        .role = Role::lever,
        .names = NameSet::chip},
       &Tranche::chip},
      {{.key = "quantity",
        .doc = "chips in all batches together",
        .unit = UnitKind::chips,
        .need = Need::required,
        .role = Role::lever,
        .each = {.tranche = true}},
       &Tranche::quantity_chips},
      {{.key = "permissions",
        .doc = "approvals and licences that must all be granted",
        .form = Form::names,
        .role = Role::lever,
        .names = NameSet::permission},
       &Tranche::permissions},
      {{.key = "announced",
        .doc = "date, or time after the start, from which lead times count",
        .form = Form::moment,
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"0 months\"",
        .role = Role::lever,
        .minimum = any_number},
       &Tranche::announced_s},
      {{.key = "lead_time",
        .doc =
            "from the announcement, or the last permission if later, to the first batch's arrival",
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"0 months\"",
        .each = {.firm = true, .tranche = true}},
       &Tranche::lead_time_s},
      {{.key = "batches",
        .doc = "number of equal batches; 0: evenly over `duration`",
        .form = Form::integer,
        .need = Need::defaulted,
        .default_text = "1",
        .role = Role::lever,
        .maximum = 1000},
       &Tranche::batches},
      {{.key = "batch_interval",
        .doc = "from one batch to the next",
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"1 month\"",
        .each = {.tranche = true}},
       &Tranche::batch_interval_s},
      {{.key = "duration",
        .doc = "with `batches = 0`: from the first chip to the last",
        .unit = UnitKind::seconds,
        .each = {.tranche = true},
        .minimum_allowed = false},
       std::monostate{}},
      {{.key = "slip.probability",
        .doc = "that a batch slips; it delays all later ones too",
        .unit = UnitKind::fraction,
        .need = Need::defaulted,
        .default_text = "0",
        .each = {.tranche = true},
        .maximum = 1},
       &Tranche::slip_probability},
      {{.key = "slip.length",
        .doc = "by how much; drawn anew for each batch that slips",
        .unit = UnitKind::seconds,
        .need = Need::defaulted,
        .default_text = "\"0 months\""},
       &Tranche::slip_s},
      {{.key = "split",
        .doc = "share of each firm: numbers that sum to at most 1, or `{ dirichlet = { … } }` with "
               "concentrations. May be absent when there is one firm",
        .form = Form::shares,
        .unit = UnitKind::fraction,
        .role = Role::lever,
        .maximum = 1,
        .names = NameSet::firm},
       std::monostate{}},
      {{.key = "unused",
        .doc = "what a firm of the split cannot take, by its cap, budget, demand or power: "
               "`passed_on` to the others in proportion to their shares, or it `lapses`",
        .form = Form::word,
        .need = Need::defaulted,
        .default_text = "\"passed_on\"",
        .role = Role::lever,
        .words = {"passed_on", "lapses"}},
       &Tranche::unused},
      {{.key = "priority",
        .doc = "the smaller number is served first where tranches compete for a cap, budget, "
               "demand, power or installation; among equals what arrived first",
        .form = Form::integer,
        .need = Need::defaulted,
        .default_text = "100",
        .role = Role::lever,
        .minimum = 1,
        .maximum = 1000},
       &Tranche::priority},
      {{.key = "supply.stock",
        .doc = "the vendor has at the start; no limit if neither this nor `supply.rate` is given",
        .unit = UnitKind::chips,
        .each = {.tranche = true},
        .over_time = OverTime::amounts},
       &Tranche::supply_stock_chips},
      {{.key = "supply.rate",
        .doc = "the vendor makes from the start on",
        .unit = UnitKind::chips_per_s,
        .each = {.tranche = true},
        .over_time = OverTime::level},
       &Tranche::supply_rate_chips_per_s},
      {{.key = "price",
        .doc = "of one chip; the catalogue's range if absent, and unknown where it has none: so is "
               "then "
               "the cost of the firms that get such chips",
        .unit = UnitKind::usd,
        .each = {.tranche = true},
        .over_time = OverTime::level},
       std::monostate{}},
      {{.key = "tariff",
        .doc = "share of the price; the tariff of the licences' rule if absent",
        .unit = UnitKind::fraction,
        .role = Role::lever,
        .over_time = OverTime::level,
        .maximum = 10},
       &Tranche::tariff},
  };
  return fields;
}

}  // namespace tranche
