// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/on_ranks.hpp"

#include <fmt/format.h>

#include <exception>
#include <memory>

#include "sim/input/diagnostic.hpp"
#include "sim/simulate/run.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct Failure {
  int status = status_could_not_finish;
  bool is_common = false;  // true if every rank fails alike once they have agreed to begin
  std::string what;
};

Failure failure_of(const api::Error& error) {
  switch (error.kind) {
    case api::ErrorKind::input:
    case api::ErrorKind::request:
      return {status_wrong_input, false, error.problems.front().problem};
    case api::ErrorKind::interrupted:
    case api::ErrorKind::other_process:
      return {status_could_not_finish, true, {}};
    default:
      return {status_could_not_finish, false, error.problems.front().problem};
  }
}

Failure failure_in_flight() {
  try {
    throw;
  } catch (const Failed& failed) {
    return failure_of(failed.error);
  } catch (const InputError& wrong) {
    return {status_wrong_input, false, wrong.diagnostics().front().problem};
  } catch (const UsageError& wrong) {
    return {status_wrong_input, false, wrong.what()};
  } catch (const RankFailed&) {
    return {status_could_not_finish, true, {}};
  } catch (const std::exception& failure) {
    return {status_could_not_finish, false, failure.what()};
  }
}

// Called inside the handler of the failure.
[[noreturn]] void end_after_failure(Ranks& ranks) {
  const Failure failure = failure_in_flight();
  if (!ranks.has_agreed()) {
    const auto states = ranks.agree(ranks.failure_state(failure.what, failure.status));
    const bool first_says_it = failure_in(states.front()).has_value();
    if (!first_says_it || !ranks.is_first()) throw EndQuietly{*ranks.common_status()};
  } else if (!ranks.common_status() && !failure.is_common) {
    const int status = status_of([] { throw; });
    write_standard_error(fmt::format("  = help: this is rank {} of {}; all of them end\n",
                                     ranks.rank(), ranks.count()));
    ranks.abort(status);
  }
  const int status = ranks.common_status().value_or(failure.status);
  if (!ranks.is_first()) throw EndQuietly{status};
  // Printed first: mpirun ends the other ranks when the first is gone.
  status_of([] { throw; });
  throw EndQuietly{status};
}

}  // namespace

void on_ranks(const std::function<void(Ranks&)>& command) {
  const std::unique_ptr<Ranks> ranks = make_ranks();
  try {
    command(*ranks);
  } catch (...) {
    if (ranks->count() == 1) throw;
    end_after_failure(*ranks);
  }
}

int default_threads(const Ranks& ranks) { return ranks.count() > 1 ? threads_of_rank(ranks) : 0; }

}  // namespace tranche::tools
