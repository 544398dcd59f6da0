// SPDX-License-Identifier: Apache-2.0

// Replaces MPI in a build without it.
#if !TRANCHE_WITH_MPI
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {

std::unique_ptr<Ranks> make_ranks() {
  if (launched_ranks() == 1) return alone();
  throw RanksUnavailable(
      std::to_string(launched_ranks()) +
      " processes were started together, and this build has no MPI to share draws between them "
      "(install libopenmpi-dev and configure with -DTRANCHE_MPI=ON)");
}

std::string mpi_description() { return {}; }

}  // namespace tranche
#endif
