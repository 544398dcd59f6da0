// SPDX-License-Identifier: Apache-2.0

// One number of a scenario: what is believed about it, what it is called, where it
// stands, and on what authority.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/distribution/distribution.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/input/quantity_text.hpp"

namespace tranche {

// A lever is decided by somebody; an assumption is believed.
enum class Role { lever, assumption };

// Along what a number is drawn anew; without any, once per draw.
struct Each {
  bool firm = false;
  bool tranche = false;
  bool month = false;
};

struct Input {
  // Keys the random numbers: the dotted path of the definition, "assumptions.mfu" when
  // the field refers to it, else the path of the field, "firms.alibaba.pue".
  std::string variable;
  std::string path;  // of the field that uses it
  Distribution distribution = constant(0);
  Each each;
  Role role = Role::assumption;
  Confidence confidence = Confidence::assumed;
  bool is_default = false;  // not in the file: the documented default
  UnitKind kind = UnitKind::count;
  std::string unit;  // of the value as the user wrote it, "chips/month"
  std::string text;  // as written, "300k to 500k"
  std::string source, as_of, note;
  SourceSpan where;
};

}  // namespace tranche
