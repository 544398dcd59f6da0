# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` leaves behind: the command, its data, and for find_package(tranche) the
# headers of the public interface with the libraries behind it. The ABI may change with every version, so a consumer asks for the
# exact version it was written for, or builds against what it finds.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tranche)

install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tranche/scenarios)
file(GLOB public_headers CONFIGURE_DEPENDS sim/api/*.hpp)
install(FILES ${public_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tranche/sim/api)
install(FILES sim/base/version.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tranche/sim/base)
target_include_directories(tranche_api INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tranche>)
target_compile_features(tranche_api INTERFACE cxx_std_20)
add_library(tranche::api ALIAS tranche_api)
# The other layers are there to be linked with it: a static library holds no other.
get_property(layers GLOBAL PROPERTY TRANCHE_LAYERS)
foreach(layer IN LISTS layers)
  string(REPLACE "tranche_" "" exported ${layer})
  set_target_properties(${layer} PROPERTIES EXPORT_NAME ${exported})
  install(TARGETS ${layer} EXPORT tranche
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(EXPORT tranche NAMESPACE tranche:: DESTINATION ${package_folder} FILE trancheTargets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/tools/cmake/trancheConfig.cmake.in
  ${PROJECT_BINARY_DIR}/trancheConfig.cmake INSTALL_DESTINATION ${package_folder}
  PATH_VARS CMAKE_INSTALL_DATADIR)
# Until 1.0 a minor version may change anything.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/trancheConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/trancheConfig.cmake
              ${PROJECT_BINARY_DIR}/trancheConfigVersion.cmake DESTINATION ${package_folder})

# The version as macros stands in a header that needs no generated file.
file(STRINGS ${PROJECT_SOURCE_DIR}/sim/base/version.hpp version_lines
     REGEX "#define TRANCHE_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
string(REGEX REPLACE "[^0-9;]" "" version_parts "${version_lines}")
string(REPLACE ";" "." version_of_header "${version_parts}")
if(NOT version_of_header STREQUAL PROJECT_VERSION)
  message(FATAL_ERROR "sim/base/version.hpp says ${version_of_header}, "
                      "CMakeLists.txt ${PROJECT_VERSION}: change both")
endif()
