// SPDX-License-Identifier: Apache-2.0

// Fields of [firms.NAME], [all_firms] and of a firm's stock.
#include "sim/scenario/fields/fields.hpp"

namespace tranche {

const std::vector<Field<Firm>>& firm_fields() {
  static const std::vector<Field<Firm>> fields = {
      {{.key = "title", .doc = "name in tables and charts", .form = Form::text}, &Firm::title},
      {{.key = "country",
        .doc = "where its chips go, as export rules see it (for rules that follow headquarters, "
               "where these are); assumed to be where the rules of its licences hold if absent",
        .form = Form::name,
        .names = NameSet::country},
       &Firm::country},
      {{.key = "stock",
        .doc =
            "chips it has at the start: `stock.NAME = { chip = \"H20\", units = \"300k to 500k\" }`"
            ", or `stock.H20 = \"300k to 500k\"`",
        .form = Form::stock},
       std::monostate{}},
      {{.key = "power_cap",
        .doc = "facility power for all its chips; none if absent",
        .unit = UnitKind::watts,
        .each = {.firm = true},
        .over_time = OverTime::level},
       &Firm::power_cap_w},
      {{.key = "pue",
        .doc = "facility power over server power (default: assumed, for new large halls)",
        .need = Need::defaulted,
        .default_text = "1.25",
        .each = {.firm = true},
        .minimum = 1,
        .maximum = 5},
       &Firm::pue},
      {{.key = "server_overhead",
        .doc = "server power over the sum of its chips' TDP; if absent each chip takes the "
               "catalogue's power of its servers, or 1.8 x TDP where that is not known",
        .each = {.firm = true},
        .minimum = 1,
        .maximum = 10},
       &Firm::server_overhead},
      {{.key = "power_utilisation",
        .doc = "mean power drawn over nameplate power, for energy (default: assumed)",
        .unit = UnitKind::fraction,
        .need = Need::defaulted,
        .default_text = "0.75",
        .each = {.firm = true, .month = true},
        .over_time = OverTime::level,
        .maximum = 1},
       &Firm::power_utilisation},
      {{.key = "installation_rate",
        .doc = "most chips it can put into service per time; no limit if absent",
        .unit = UnitKind::chips_per_s,
        .each = {.firm = true},
        .over_time = OverTime::level},
       &Firm::installation_rate_chips_per_s},
      {{.key = "installation_delay",
        .doc = "from arrival to service; none if absent",
        .unit = UnitKind::seconds,
        .each = {.firm = true}},
       &Firm::installation_delay_s},
      {{.key = "site_ready",
        .doc = "nothing new is installed before; a date before the start means ready",
        .form = Form::moment,
        .unit = UnitKind::seconds,
        .each = {.firm = true},
        .minimum = any_number},
       &Firm::site_ready_s},
      {{.key = "availability",
        .doc = "share of installed chips that work (default: assumed)",
        .unit = UnitKind::fraction,
        .need = Need::defaulted,
        .default_text = "0.95",
        .each = {.firm = true, .month = true},
        .over_time = OverTime::level,
        .maximum = 1},
       &Firm::availability},
      {{.key = "retirement",
        .doc = "hazard of a chip leaving service for good",
        .unit = UnitKind::per_second,
        .need = Need::defaulted,
        .default_text = "\"0 %/year\"",
        .each = {.firm = true}},
       &Firm::retirement_per_s},
      {{.key = "budget",
        .doc = "for chips and tariff over the whole scenario; no limit if absent",
        .unit = UnitKind::usd,
        .each = {.firm = true},
        .over_time = OverTime::amounts},
       &Firm::budget_usd},
      {{.key = "demand",
        .doc = "most chips it would take; no limit if absent",
        .unit = UnitKind::chips,
        .each = {.firm = true},
        .over_time = OverTime::level},
       &Firm::demand_chips},
      {{.key = "electricity",
        .doc = "price of electricity (default: assumed)",
        .unit = UnitKind::usd_per_joule,
        .need = Need::defaulted,
        .default_text = "\"0.08 USD/kWh\"",
        .each = {.firm = true},
        .over_time = OverTime::level},
       &Firm::electricity_usd_per_j},
      {{.key = "workloads",
        .doc =
            "share of its chips by workload, or \"alternatives\": each workload is then evaluated "
            "on all chips. May be absent when there is one workload",
        .form = Form::shares,
        .unit = UnitKind::fraction,
        .role = Role::lever,
        .over_time = OverTime::level,
        .maximum = 1,
        .names = NameSet::workload,
        .words = {"alternatives"}},
       std::monostate{}},
  };
  return fields;
}

const std::vector<Field<Stock>>& stock_fields() {
  static const std::vector<Field<Stock>> fields = {
      {{.key = "chip",
        .doc = "chip of the catalogue; the stock's name if absent",
        .form = Form::name,
        .names = NameSet::chip},
       &Stock::chip},
      {{.key = "units",
        .doc = "how many it has in service at the start",
        .unit = UnitKind::chips,
        .need = Need::required,
        .each = {.firm = true}},
       &Stock::units_chips},
  };
  return fields;
}

const std::vector<FieldInfo>& provenance_fields() {
  static const std::vector<FieldInfo> fields = {
      {.key = "source", .doc = "document that states it, with its publisher", .form = Form::text},
      {.key = "as_of", .doc = "date of the source", .form = Form::text},
      {.key = "confidence",
       .doc = "how well it is known",
       .form = Form::word,
       .need = Need::defaulted,
       .default_text = "\"assumed\"",
       .words = {"published", "derived", "calibrated", "assumed"}},
      {.key = "note", .doc = "remark for the reader", .form = Form::text},
  };
  return fields;
}

}  // namespace tranche
