// SPDX-License-Identifier: Apache-2.0

// What every part of the scenario reader needs while one variant is read.
#pragma once

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

// Distributions that were fitted to figures, by family and figures: fitting a beta takes
// milliseconds, and every variant has the same ones.
using FitMemo = std::map<std::string, Fit>;

// What a lever or assumption comes to in the end: the value behind a chain of references, or
// nothing where the chain is broken or closed (which was reported).
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
  std::vector<ResolvedValue> resolved = {};
  std::set<std::string> referenced = {};  // "levers.approved"
  std::vector<InputFile> data_files = {};
  FitMemo* fits = nullptr;                // where variants of one scenario are read
  std::vector<std::string> changed = {};  // paths that the command line or a what-if set
  // Levers and assumptions by name, "levers.approved": filled and followed once each, however
  // many keys refer to them.
  std::unordered_map<std::string, const Node*> definitions = {};
  std::unordered_map<std::string, DefinitionEnd> definition_ends = {};
};

// Whether the command line or a what-if set the value at `path`, a part of it, or a table
// that holds it.
bool is_changed(const std::string& path, const ReadContext& context);

// A value after following "levers.NAME" and "assumptions.NAME".
struct Definition {
  const Node* node;
  std::string variable;  // the path of the definition, or of the field itself
  Role role;
  bool is_reference = false;
};

bool is_reference(const Node& node);

// Follows references; reports an unknown or circular one and returns empty.
std::optional<Definition> resolve(const Node& node, const std::string& path, Role role,
                                  ReadContext& context);

// Notes the value for `tranche resolve`.
void add_resolved(const std::string& path, const Node& node, ReadContext& context);

// The place of bytes [offset, offset + length) of a string's content.
SourceSpan span_in_string(const Node& node, std::size_t offset, std::size_t length);

// Unknown keys of a table are errors; `what` completes "of ...".
void check_keys(const Node& table, const std::vector<std::string>& known, const std::string& what,
                Problems& problems);

}  // namespace tranche
