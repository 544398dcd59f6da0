// SPDX-License-Identifier: Apache-2.0

// Strict reader of the catalogue's TOML tables: every key is read by name, and finish() reports the
// keys that were not.
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

// State common to all readers of one file.
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

  // Missing optional keys return empty; a wrong type is reported and returns empty.
  std::string text(std::string_view key);  // required, not empty
  std::string text_or(std::string_view key, std::string fallback);
  std::string choice(std::string_view key, const std::vector<std::string>& accepted,
                     std::string fallback);  // required if the fallback is empty
  std::vector<std::string> texts(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int32_t> integer(std::string_view key, std::int32_t least);
  // `{ value = "4.8 TB/s", source = "…" }`, or the bare value if the entry has a source. Must be
  // positive.
  MaybeNumber number(std::string_view key, UnitKind kind, std::string_view entry_source = {});
  SourcedNumber required_number(std::string_view key, UnitKind kind,
                                std::string_view entry_source = {});
  std::string source(std::string_view key);  // required; codes are checked
  const toml::table* table(std::string_view key);
  const toml::array* array(std::string_view key);
  // Tables of an array of tables; reports elements of another type.
  std::vector<const toml::table*> tables(std::string_view key);

  SourceSpan where() const { return span_of(file_, table_); }
  SourceSpan where(std::string_view key) const;
  // Sets the table's name in messages once it is known.
  void rename(std::string subject) { subject_ = std::move(subject); }
  // Reports keys that were not read.
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

// Readers of one file each; they fill the catalogue and report problems.
void read_chips(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_models(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_workloads(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_yardsticks(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_countries(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);
void read_rule(const CatalogueFile& file, const toml::table& root, Catalogue& catalogue);

}  // namespace tranche
