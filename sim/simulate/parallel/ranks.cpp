// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/parallel/ranks.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace tranche {
namespace {

// Prefix of the exit status; no other state begins with it.
constexpr const char* failure_mark = "!";

// -1 if the variable is absent or no number.
int number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return -1;
  char* end = nullptr;
  const long number = std::strtol(text, &end, 10);
  return *end == '\0' && number >= 0 && number < 1'000'000'000 ? static_cast<int>(number) : -1;
}

}  // namespace

std::vector<std::string> Ranks::agree(const std::string& state) {
  has_agreed_ = true;
  std::vector<std::string> states = gather(state);
  for (const std::string& each : states)
    if (failure_in(each)) common_status_ = failure_in(states.front()) ? states.front()[1] - '0' : 1;
  return states;
}

std::string Ranks::failure_state(const std::string& why, int status) const {
  return std::string(failure_mark) + std::to_string(status) +
         (has_agreed_ ? "cannot go on: " : "cannot begin: ") + why;
}

std::optional<std::string> failure_in(const std::string& state) {
  if (!state.starts_with(failure_mark)) return {};
  return state.substr(2);
}

std::unique_ptr<Ranks> alone() { return std::make_unique<Ranks>(); }

// Open MPI's mpirun; MPICH's and `srun --mpi=pmi2`; `srun --mpi=pmix`.
int launched_ranks() {
  for (const char* const variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const int ranks = number_in(variable); ranks > 0) return ranks;
  if (number_in("PMIX_RANK") >= 0) return std::max(number_in("SLURM_STEP_NUM_TASKS"), 1);
  return 1;
}

int launched_rank() {
  for (const char* const variable : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"})
    if (const int rank = number_in(variable); rank >= 0) return rank;
  return 0;
}

int threads_of_rank(const Ranks& ranks) {
  const auto machine = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof(mine), &mine) == 0 && CPU_COUNT(&mine) < machine)
    return CPU_COUNT(&mine);
  return std::max(machine / ranks.local_count(), 1);
}

}  // namespace tranche
