// SPDX-License-Identifier: Apache-2.0

// Strict reading of the catalogue's TOML tables: every key is asked for by name,
// and finish() reports the ones nobody asked for.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/input/quantity_text.hpp"

namespace tranche {

// What all readers of one file share.
struct CatalogueFile {
  std::string path;
  std::map<std::string, std::string> sources;  // of its [sources] table; may be empty
  Problems* problems = nullptr;
};

SourceSpan span_of(const CatalogueFile& file, const toml::node& node);

class TableReader {
 public:
  // `subject` names the table in messages: "chip `H200-SXM`".
  TableReader(const CatalogueFile& file, const toml::table& table, std::string subject);

  // Absent optional keys come back empty; a wrong type is reported and comes back empty.
  std::string text(std::string_view key);  // required, not empty
  std::string text_or(std::string_view key, std::string fallback);
  std::string choice(std::string_view key, const std::vector<std::string>& accepted,
                     std::string fallback);  // required when the fallback is empty
  std::vector<std::string> texts(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int32_t> integer(std::string_view key, std::int32_t least);
  // `{ value = "4.8 TB/s", source = "…" }`, or the bare value when the entry names its
  // source. Must be above zero.
  MaybeNumber number(std::string_view key, UnitKind kind, std::string_view entry_source = {});
  SourcedNumber required_number(std::string_view key, UnitKind kind,
                                std::string_view entry_source = {});
  std::string source(std::string_view key);  // required; codes are checked
  const toml::table* table(std::string_view key);
  const toml::array* array(std::string_view key);
  // The tables of an array of tables; reports elements of another type.
  std::vector<const toml::table*> tables(std::string_view key);

  SourceSpan where() const { return span_of(file_, table_); }
  SourceSpan where(std::string_view key) const;
  // The table renames itself in messages once its name is known.
  void rename(std::string subject) { subject_ = std::move(subject); }
  // Reports keys that were not asked for.
  void finish();

 private:
  const toml::node* take(std::string_view key);
  void expected(const toml::node& node, std::string_view key, std::string_view what);
  void missing(std::string_view key);
  void check_source(const toml::node& node, const std::string& codes);
  std::optional<double> value_of(const toml::node& node, std::string_view key, UnitKind kind,
                                 std::string& text);

  const CatalogueFile& file_;
  const toml::table& table_;
  std::string subject_;
  std::vector<std::string> asked_;
};

// Parts of "S, A, K" without spaces.
std::vector<std::string> source_codes(std::string_view codes);

// Readers of one file each; they add to the catalogue and report problems.
void read_chips(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_models(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_workloads(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_yardsticks(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_countries(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_rule(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);

}  // namespace tranche
