// SPDX-License-Identifier: Apache-2.0

// Random scenario files from a seed, for property tests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tranche::reference {

// One section of a file: a header and its lines, so that tests can change, add and reorder them.
struct Section {
  std::string header;                                      // "[tranches.t1]", "[[what_if]]"
  std::vector<std::pair<std::string, std::string>> lines;  // key, value as TOML
  // Replaces the line of this key, or adds one.
  void set(const std::string& key, const std::string& value);
  // Returns the value of a key; empty if there is none.
  std::string get(const std::string& key) const;
};

struct ScenarioFile {
  std::vector<Section> sections;
  std::string text() const;
  Section* find(const std::string& header);
};

struct RandomScenarioOptions {
  int max_tranches = 4;
  bool has_what_ifs = true;
  bool has_retirement = true;
  bool has_lapsing = true;
  bool has_monthly_efficiency = true;
  bool has_schedules = true;  // numbers over time
};

// Returns a valid scenario; a seed gives the same text on every machine.
ScenarioFile random_scenario(std::uint64_t seed, const RandomScenarioOptions& options = {});

}  // namespace tranche::reference
