// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/check/scenario_check.hpp"

#include <algorithm>
#include <functional>

#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/studies/allocate/allocation.hpp"
#include "sim/studies/discover/discover.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace tranche {

std::vector<Diagnostic> check_scenario(const ScenarioSource& source, const Catalogue& catalogue) {
  const ScenarioSet& set = source.set();
  std::vector<Diagnostic> found, warnings;
  const auto collect = [&](const std::function<void()>& check) {
    try {
      check();
    } catch (const InputError& error) {
      for (const Diagnostic& one : error.diagnostics()) {
        const bool is_said = std::any_of(found.begin(), found.end(), [&](const Diagnostic& other) {
          return other.problem == one.problem && other.where.file == one.where.file &&
                 other.where.line == one.where.line && other.where.column == one.where.column;
        });
        if (!is_said) found.push_back(one);
      }
    }
  };
  collect([&] { check_headline(set, catalogue); });
  collect([&] { warnings = lower(set, catalogue).notes; });
  collect([&] { check_sweep(source, catalogue); });
  collect([&] { check_allocation(source, catalogue); });
  collect([&] { check_discover(set, catalogue); });
  const bool is_wrong = std::any_of(found.begin(), found.end(), [](const Diagnostic& one) {
    return one.severity == Severity::error;
  });
  if (is_wrong) throw InputError(found);
  return warnings;
}

}  // namespace tranche
