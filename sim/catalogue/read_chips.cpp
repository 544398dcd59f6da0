// SPDX-License-Identifier: Apache-2.0

// Reads chips.toml.
#include <fmt/format.h>

#include "sim/catalogue/catalogue_reader.hpp"
#include "sim/catalogue/precisions.hpp"

namespace tranche {
namespace {

std::map<std::string, SourcedNumber> read_rates(const CatalogueFile& file, TableReader& chip,
                                                std::string_view key, const std::string& subject) {
  std::map<std::string, SourcedNumber> rates;
  const toml::table* table = chip.table(key);
  if (table == nullptr) return rates;
  TableReader reader(file, *table, fmt::format("`{}` of {}", key, subject));
  for (const std::string& precision : precision_names(as_rate)) {
    if (MaybeNumber rate = reader.number(precision, UnitKind::flop_per_s)) {
      rates.emplace(precision, std::move(*rate));
    }
  }
  reader.finish();
  return rates;
}

// Power of the whole server, divided by its chips.
MaybeNumber read_server_power(const CatalogueFile& file, TableReader& chip,
                              const std::string& subject) {
  MaybeNumber power = chip.number("server_power", UnitKind::watts);
  const std::optional<std::int32_t> chips = chip.integer("server_chips", 1);
  if (power && !chips) {
    file.problems->error(power->where,
                         fmt::format("{} has a `server_power` but no `server_chips`", subject),
                         {"`server_power` is divided by `server_chips`"});
    return std::nullopt;
  }
  if (power) {
    power->value /= *chips;
    power->text += fmt::format(" / {} chips", *chips);
  }
  return power;
}

// Refuses rates with structured sparsity, which vendors print beside or instead of dense ones.
void refuse_sparse_rates(const CatalogueFile& file, TableReader& chip, const std::string& subject) {
  if (chip.table("sparse_rate") == nullptr) return;
  file.problems->error(
      chip.where("sparse_rate"), fmt::format("{} has a `sparse_rate`", subject),
      {"rules and models count dense rates only; write these as `dense_rate` (half "
       "of a 2:4 sparse figure)"});
}

void check_consistency(const CatalogueFile& file, const ChipEntry& chip) {
  if (chip.price_low_usd && chip.price_high_usd &&
      chip.price_low_usd->value > chip.price_high_usd->value) {
    file.problems->error(
        chip.price_low_usd->where,
        fmt::format("`price_low` of chip `{}` is above its `price_high`", chip.name));
  }
}

ChipEntry read_chip(const CatalogueFile& file, const toml::table& table) {
  TableReader reader(file, table, "a chip");
  ChipEntry chip;
  chip.where = reader.where();
  chip.name = reader.text("name");
  const std::string subject = fmt::format("chip `{}`", chip.name);
  reader.rename(subject);
  chip.aliases = reader.texts("aliases");
  chip.title = reader.text_or("title", chip.name);
  chip.vendor = reader.text("vendor");
  chip.available = reader.text("available");
  chip.status = reader.choice("status", {"product", "claim", "announced", "custom"}, "product");
  chip.generation =
      reader.choice("generation", {"ampere", "hopper", "blackwell", "cdna3", "other"}, "other");
  chip.confidence = reader.choice("confidence", {"high", "medium", "low", "very low"}, "medium");
  chip.us_available = reader.flag("us_available");
  chip.data_centre = reader.flag("data_centre").value_or(true);
  chip.process = reader.text_or("process", "");
  chip.transistors = reader.number("transistors", UnitKind::count);
  chip.die_count = reader.number("die_count", UnitKind::count);
  chip.die_area_mm2 = reader.number("die_area", UnitKind::mm2);
  chip.memory_type = reader.text_or("memory_type", "");
  chip.memory_capacity_bytes = reader.number("memory_capacity", UnitKind::bytes);
  chip.memory_visible_bytes = reader.number("memory_visible", UnitKind::bytes);
  chip.memory_bandwidth_bytes_per_s = reader.number("memory_bandwidth", UnitKind::bytes_per_s);
  chip.cache_bytes = reader.number("cache", UnitKind::bytes);
  chip.scale_up_link = reader.text_or("scale_up_link", "");
  chip.scale_up_bytes_per_s = reader.number("scale_up_bandwidth", UnitKind::bytes_per_s);
  chip.scale_up_chips = reader.number("scale_up_chips", UnitKind::chips);
  chip.scale_out_bytes_per_s = reader.number("scale_out_bandwidth", UnitKind::bytes_per_s);
  chip.tdp_w = reader.number("tdp", UnitKind::watts);
  chip.server = reader.text_or("server", "");
  chip.server_w = read_server_power(file, reader, subject);
  chip.price_low_usd = reader.number("price_low", UnitKind::usd);
  chip.price_high_usd = reader.number("price_high", UnitKind::usd);
  chip.notes = reader.text_or("notes", "");
  chip.export_notes = reader.text_or("export_notes", "");
  chip.dense_flop_per_s = read_rates(file, reader, "dense_rate", subject);
  chip.measured_flop_per_s = read_rates(file, reader, "measured_rate", subject);
  refuse_sparse_rates(file, reader, subject);
  reader.finish();
  check_consistency(file, chip);
  return chip;
}

}  // namespace

void read_chips(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue) {
  TableReader reader(file, root, "the chips");
  reader.table("sources");
  for (const toml::table* table : reader.tables("chip")) {
    catalogue.chips.push_back(read_chip(file, *table));
  }
  reader.finish();
}

}  // namespace tranche
