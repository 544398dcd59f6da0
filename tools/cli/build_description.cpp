// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/build_description.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sim/base/version.hpp"
#include "sim/simulate/parallel/ranks.hpp"

namespace tranche::tools {

std::string build_description() {
  constexpr std::string_view revision = TRANCHE_REVISION;
  return fmt::format("tranche {}{}, {} build, {}, {}", version(),
                     revision.empty() ? "" : fmt::format(" ({})", revision), TRANCHE_BUILD_TYPE,
                     TRANCHE_COMPILER, TRANCHE_CUDA_TOOLKIT) +
         ", " + (mpi_description().empty() ? "no MPI" : mpi_description());
}

}  // namespace tranche::tools
