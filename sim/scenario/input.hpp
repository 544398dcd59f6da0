// SPDX-License-Identifier: Apache-2.0

// One number of a scenario: its distribution, name, location and provenance.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

struct Schedule;

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
  // A number that changes over time: its points have the values, and `distribution` is that of the
  // first point.
  std::shared_ptr<const Schedule> schedule = {};
};

// Values at certain months, and what holds between them. Before the first its value holds, after
// the last that one, times the growth. A point holds in the step that contains its month.
struct Schedule {
  struct Point {
    std::int32_t month = 0;  // from the start of the scenario, negative before it
    std::string label;       // as written, "2027-08"
    Input value;
  };
  std::vector<Point> points;  // at least one, by ascending month
  bool is_linear = false;     // else a value holds until the next point
  bool are_amounts = false;   // each point is added to a total in its step
  // Uncertain points have one random number, so that all are high or low together.
  bool moves_together = true;
  std::shared_ptr<const Input> growth = {};  // per second; absent: none
  std::int32_t growth_period_months = 12;    // over which it compounds
  std::shared_ptr<const Input> delay = {};   // seconds by which every point comes later
};

// True if the number is certain and has this value at all times.
bool is_always(const Input& input, double value);

}  // namespace tranche
