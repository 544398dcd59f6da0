#include "sim/run/ranks.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace tranche {
namespace {

// -1 where the variable is absent or no number.
int number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return -1;
  char* end = nullptr;
  const long number = std::strtol(text, &end, 10);
  return *end == '\0' && number >= 0 && number < 1'000'000'000 ? static_cast<int>(number) : -1;
}

}  // namespace

bool is_failure(const std::string& state) {
  return state.starts_with(rank_cannot_begin) || state.starts_with(rank_cannot_go_on);
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
