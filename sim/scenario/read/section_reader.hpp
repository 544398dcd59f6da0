// SPDX-License-Identifier: Apache-2.0

// Fills a struct from a table by its field table, with the same code for every section.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/scenario/fields/field.hpp"
#include "sim/scenario/read/number_reader.hpp"
#include "sim/scenario/read/read_context.hpp"

namespace tranche {

// A section, with the table that supplies missing keys.
struct SectionPlace {
  const Node& table;
  std::string path;                // "firms.alibaba"
  Provenance provenance = {};      // of the table
  const Node* fallback = nullptr;  // [all_firms]
  std::string fallback_path = {};
  Provenance fallback_provenance = {};
  std::string kind = {};     // of a workload: fields for other kinds are refused
  Basis basis = Basis::any;  // of a workload: fields for the other basis are refused
};

// Node of a key, in the table or its fallback; "none" counts as absent.
struct Located {
  const Node* node = nullptr;
  std::string path;
  Provenance provenance;
};
Located locate(const SectionPlace& place, const std::string& key, const ReadContext& context);

// Reports unknown keys, also in inner tables, as errors.
void check_section_keys(const SectionPlace& place, const std::vector<FieldInfo>& fields,
                        bool numbers_have_sources, ReadContext& context);

// False if the field does not apply here (wrong kind); reports it if it is given, and a required
// field if it is missing.
bool wanted(const FieldInfo& field, const SectionPlace& place, const Located& found,
            ReadContext& context);

// Returns a number; the default, if there is one, for an absent or wrong value.
std::optional<Input> read_number_field(const FieldInfo& field, const SectionPlace& place,
                                       const Located& found, ReadContext& context);
// Returns checked text: a word, a name or a month; the default if absent.
std::optional<std::string> read_text_field(const FieldInfo& field, const SectionPlace& place,
                                           const Located& found, ReadContext& context);
std::vector<std::string> read_names_field(const FieldInfo& field, const Located& found,
                                          ReadContext& context);
std::optional<std::int64_t> read_integer_field(const FieldInfo& field, const SectionPlace& place,
                                               const Located& found, ReadContext& context);

template <class T>
void read_fields(const std::vector<Field<T>>& fields, const SectionPlace& place, T& section,
                 ReadContext& context) {
  for (const Field<T>& field : fields) {
    const Located found = locate(place, field.info.key, context);
    if (!wanted(field.info, place, found, context)) continue;
    std::visit(
        [&](auto target) {
          using Target = decltype(target);
          if constexpr (std::is_same_v<Target, Input T::*> ||
                        std::is_same_v<Target, std::optional<Input> T::*>) {
            if (auto input = read_number_field(field.info, place, found, context)) {
              section.*target = *input;
            }
          } else if constexpr (std::is_same_v<Target, std::string T::*>) {
            if (auto text = read_text_field(field.info, place, found, context)) {
              section.*target = *text;
            }
          } else if constexpr (std::is_same_v<Target, std::vector<std::string> T::*>) {
            section.*target = read_names_field(field.info, found, context);
          } else if constexpr (std::is_same_v<Target, std::int32_t T::*>) {
            if (auto number = read_integer_field(field.info, place, found, context)) {
              section.*target = static_cast<std::int32_t>(*number);
            }
          } else if constexpr (std::is_same_v<Target, std::optional<std::uint64_t> T::*>) {
            if (auto number = read_integer_field(field.info, place, found, context)) {
              section.*target = static_cast<std::uint64_t>(*number);
            }
          }
        },
        field.target);
  }
}

// Row of a key that is read by hand.
template <class T>
const FieldInfo& field_named(const std::vector<Field<T>>& fields, std::string_view key) {
  for (const Field<T>& field : fields) {
    if (field.info.key == key) return field.info;
  }
  throw std::logic_error("no field of this name");
}

}  // namespace tranche
