// SPDX-License-Identifier: Apache-2.0

// State of the scenario reader for one variant.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/catalogue/catalogue.hpp"
#include "sim/distribution/fit.hpp"
#include "sim/input/config_node.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/scenario/fields/field.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Fitted distributions by family and parameters: fitting a beta takes milliseconds, and all
// variants have the same ones.
using FitMemo = std::map<std::string, Fit>;

// Final value of a lever or assumption: the value behind a chain of references, or null if the
// chain is broken or circular (then reported).
struct DefinitionEnd {
  const Node* node = nullptr;
  std::string variable;
};

struct ReadContext {
  const Node& root;  // the merged tree
  const Catalogue& catalogue;
  Problems& problems;
  // Names defined by the scenario.
  std::vector<std::string> firms = {}, workloads = {}, permissions = {};
  YearMonth start = {};
  std::int32_t steps = 0, months_per_step = 1;
  std::vector<ResolvedValue> resolved = {};
  std::set<std::string> referenced = {};  // "levers.approved"
  std::vector<InputFile> data_files = {};
  FitMemo* fits = nullptr;                // shared by the variants of one scenario
  std::vector<std::string> changed = {};  // paths set by the command line or a what-if
  // Levers and assumptions by name, "levers.approved": each is followed once, for all keys that
  // refer to it.
  std::unordered_map<std::string, const Node*> definitions = {};
  std::unordered_map<std::string, DefinitionEnd> definition_ends = {};
};

// True if the command line or a what-if set the value at `path`, a part of it, or a table that
// contains it.
bool is_changed(const std::string& path, const ReadContext& context);

// A value after following "levers.NAME" and "assumptions.NAME".
struct Definition {
  const Node* node;
  std::string variable;  // path of the definition, or of the field itself
  Role role;
  bool is_reference = false;
};

bool is_reference(const Node& node);

// Follows references; reports an unknown or circular one and returns empty.
std::optional<Definition> resolve(const Node& node, const std::string& path, Role role,
                                  ReadContext& context);

// Records the value for `tranche resolve`.
void add_resolved(const std::string& path, const Node& node, ReadContext& context);

// Location of bytes [offset, offset + length) of a string's content.
SourceSpan span_in_string(const Node& node, std::size_t offset, std::size_t length);

// Reports unknown keys of a table as errors; `what` completes "of ...".
void check_keys(const Node& table, const std::vector<std::string>& known, const std::string& what,
                Problems& problems);

}  // namespace tranche
