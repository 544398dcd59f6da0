// SPDX-License-Identifier: Apache-2.0

// A scenario that was read and checked: its base case and its what-ifs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/data.hpp"
#include "sim/api/expected.hpp"

namespace tranche::api {

// Changes of a scenario for one reading of it.
struct Reading {
  std::vector<std::string> set = {};        // "path=value" each, as --set of the command
  std::optional<std::uint64_t> draws = {};  // instead of those of the file
  std::optional<std::uint64_t> seed = {};
};

// A scenario in memory.
struct ScenarioText {
  std::string text = {};               // TOML, as in a scenario file
  std::string name = "scenario.toml";  // of the file that it stands for
  // Folder of that file: `extends` and files of data are relative to it. Messages and results call
  // the text FOLDER/NAME, or NAME where it is empty: the current folder.
  std::string folder = {};
};

// Largest number of draws that a run can count.
inline constexpr std::uint64_t max_draws = 4'294'967'295;

// Constant; copies share it, and any number of threads may use it.
class Scenario {
 public:
  // Reads the file and all that it names. Fails with `input`, with every problem of every what-if.
  static Expected<Scenario> read(const Data& data, const std::string& path,
                                 const Reading& reading = {});
  // The same from memory; places and carets are those of the text.
  static Expected<Scenario> read_text(const Data& data, const ScenarioText& text,
                                      const Reading& reading = {});

  const std::string& name() const;
  const std::string& title() const;
  std::uint64_t draws() const;
  std::uint64_t seed() const;
  // Names for lookups in results. The first what-if is "base"; the last firm is "all", their sum.
  std::vector<std::string> what_ifs() const;
  std::vector<std::string> firms() const;
  std::vector<std::string> months() const;  // "2026-01"
  // The metrics that apply to it. Fails with `input` if the catalogue lacks what a workload needs.
  Expected<std::vector<std::string>> metrics() const;

  bool has_sweep() const;
  bool has_allocate() const;
  // Remarks of the reader: names that nothing refers to, shares that do not add up.
  std::vector<Problem> warnings() const;
  // Everything that a run or a study would refuse before its first draw, as an error of kind
  // `input`; else the remarks on what will be simulated.
  Expected<std::vector<Problem>> check() const;

  struct State;  // of the library
  explicit Scenario(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const std::shared_ptr<const State>& state() const { return state_; }

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace tranche::api
