// SPDX-License-Identifier: Apache-2.0

// A scenario that was read and can be varied: what-ifs, points of a sweep and combinations of a
// decomposition are variants of it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/scenario/read/path_overrides.hpp"
#include "sim/scenario/read/read_context.hpp"
#include "sim/scenario/read/study.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Assignments to the base case, in order.
struct Change {
  std::string name, title;
  std::vector<Assignment> assignments;
  SourceSpan where = {};   // of the change as a whole
  std::string label = {};  // for messages: "in what-if `h20-instead`"
};

class ScenarioSource {
 public:
  // Reads, merges `extends`, applies --set, builds and checks every what-if. Throws InputError with
  // all problems of all variants (each problem once). The catalogue must outlive it.
  ScenarioSource(const std::string& path, const ReadOptions& options, const Catalogue& catalogue);

  // The base case and the what-ifs of the file.
  const ScenarioSet& set() const { return set_; }
  // The what-ifs as changes, in the order of the file.
  const std::vector<Change>& what_ifs() const { return what_ifs_; }
  // Builds a variant. Throws InputError, with the change's label, if it is invalid.
  Variant variant(const Change& change) const;
  // The sections [sweep] and [allocate], if the file has them.
  const std::optional<SweepSpec>& sweep() const { return sweep_; }
  const std::optional<AllocateSpec>& allocate() const { return allocate_; }
  // The merged tree with --set.
  const Node& root() const { return root_; }
  // Problems with the text of the files, so that problems added to a copy can show their lines.
  const Problems& problems() const { return problems_; }

 private:
  using ProblemKey = std::tuple<std::string, std::size_t, std::size_t, std::string>;
  struct Built {
    Variant variant;
    Problems found;
    std::set<std::string> referenced;
    std::vector<InputFile> data_files;
  };
  Built build(const Change& change) const;
  void add_new_problems(const Problems& found, const Change& change, std::set<ProblemKey>& known,
                        Problems& problems) const;
  static ProblemKey key_of(const Diagnostic& diagnostic);

  const Catalogue& catalogue_;
  mutable FitMemo fits_;
  Problems problems_;
  Node root_;
  Node varied_;                         // root_ without the sections that only list variants
  std::vector<std::string> set_paths_;  // from the command line
  std::vector<std::string> own_runs_;   // of the caller
  std::vector<Change> what_ifs_;
  ScenarioSet set_;
  std::optional<SweepSpec> sweep_;
  std::optional<AllocateSpec> allocate_;
};

}  // namespace tranche
