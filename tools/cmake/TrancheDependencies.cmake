# Libraries of the host code; all from the system's package manager (tools/setup lists them).
find_package(tomlplusplus REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(Boost REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
# Optional: refines what `tranche allocate` finds on its grid.
pkg_check_modules(NLOPT IMPORTED_TARGET nlopt)
if(NOT NLOPT_FOUND)
  message(STATUS "tranche: no NLopt, so `tranche allocate` does not refine (libnlopt-dev)")
endif()
# Optional: single draws as NetCDF-4.
pkg_check_modules(NETCDF IMPORTED_TARGET netcdf)
if(NOT NETCDF_FOUND)
  message(STATUS "tranche: no NetCDF, so `run --save-draws` is off")
endif()
