// SPDX-License-Identifier: Apache-2.0

// Runs a scenario.
#pragma once

#include <string>

#include "sim/api/execution.hpp"
#include "sim/api/results.hpp"
#include "sim/api/scenario.hpp"

namespace tranche::api {

struct RunOptions {
  Execution execution = {};
  // "p50 of mfu within 0.5 % for alibaba at 2027-12 in cap-lifted": ends the run as soon as the
  // standard error is that small; empty: all draws. The draws that the scenario was read with are
  // then the most, 10 million if it was read without.
  std::string until = {};
  // File with the draws done, replaced every so often, on interruption and at the end; empty: none.
  std::string checkpoint = {};
  double checkpoint_every_s = 30;
  // Checkpoint to go on from; need not exist if it is also `checkpoint`.
  std::string resume = {};
  // Where the results will be written: checked before the first draw. Empty: not checked.
  std::string folder = {};
  std::string draws_file = {};  // of WriteOptions; checked likewise
};

// Simulates the base case and every what-if on the same draws. Fails with
// - `input`: an impossible headline, chip property or `until`, a checkpoint of another run;
// - `request`: more draws than can be counted, with the time that they would take here;
// - `unavailable`, `output`, `interrupted`, as ErrorKind says.
Expected<Results> run(const Scenario& scenario, const RunOptions& options = {});

// True if this build can write draws files: it has NetCDF.
bool can_write_draws_file();

// The folder where the commands write: "results/NAME", or "results/NAME-STUDY" for a study.
std::string default_folder(const Scenario& scenario, const std::string& study = {});

}  // namespace tranche::api
