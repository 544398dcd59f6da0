// SPDX-License-Identifier: Apache-2.0

// One number of a scenario: its distribution, name, location and provenance.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/distribution/distribution.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/input/quantity_text.hpp"

namespace tranche {

// A lever is a decision; an assumption is a belief.
enum class Role { lever, assumption };

// Dimensions along which a number is drawn anew; without any, once per draw.
struct Each {
  bool firm = false;
  bool tranche = false;
  bool month = false;
};

struct Input {
  // Key of the random numbers: the dotted path of the definition, "assumptions.mfu" if the field
  // refers to it, else the path of the field, "firms.alibaba.pue".
  std::string variable;
  std::string path;  // of the field that uses it
  Distribution distribution = constant(0);
  Each each;
  Role role = Role::assumption;
  Confidence confidence = Confidence::assumed;
  bool is_default = false;  // not in the file: the documented default
  UnitKind kind = UnitKind::count;
  std::string unit;  // unit of the value in the file, "chips/month"
  std::string text;  // as written, "300k to 500k"
  std::string source, as_of, note;
  SourceSpan where;
};

}  // namespace tranche
