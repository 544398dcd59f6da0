// SPDX-License-Identifier: Apache-2.0

// Columns of files of measured cases: required columns of each kind, and ranges of numbers.
// docs/formats/measured-cases.md describes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/catalogue/catalogue.hpp"

namespace tranche {

enum class CaseSchema { training, inference, memory_bound };

const char* schema_name(CaseSchema schema);  // "training", "inference", "memory-bound"

// Whether a row must have a value in a column.
enum class ColumnNeed {
  required,
  required_if_model_unknown,  // not for a catalogue model in its own shape (training: in a row
                              // that states no shape)
  optional
};

struct CaseColumn {
  const char* name;
  bool tells_kind;  // a file without this column is not of this kind
  bool is_number;
  ColumnNeed need;
  double low, high;  // of a number
  bool is_whole;
};

// Every column that the reader of this kind uses; others are ignored.
std::span<const CaseColumn> columns_of(CaseSchema schema);

// True for texts of unknown values: "", "-", "unknown", "n/a".
bool is_blank(std::string_view text);

// "unknown chip `H1000`; nearest: H100-SXM, H100-PCIe"
std::string unknown_chip(const Catalogue& catalogue, const std::string& name);

}  // namespace tranche
