# SPDX-License-Identifier: Apache-2.0
# Decides whether `mpirun` and `srun` can share the draws of a run, and sets TRANCHE_WITH_MPI.
set(TRANCHE_WITH_MPI OFF)
if(TRANCHE_MPI STREQUAL "OFF")
  message(STATUS "tranche: MPI off (TRANCHE_MPI=OFF)")
  return()
endif()
set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI QUIET COMPONENTS CXX)
if(NOT MPI_CXX_FOUND)
  if(TRANCHE_MPI STREQUAL "ON")
    message(FATAL_ERROR "TRANCHE_MPI=ON, but no MPI was found. "
                        "Install libopenmpi-dev, or configure with -DTRANCHE_MPI=AUTO.")
  endif()
  message(STATUS "tranche: MPI off (none found; libopenmpi-dev has it)")
  return()
endif()
set(TRANCHE_WITH_MPI ON)
message(STATUS "tranche: MPI on (standard ${MPI_CXX_VERSION})")
