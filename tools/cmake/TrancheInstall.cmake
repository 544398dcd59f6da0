# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` leaves behind: the command, its data, and the libraries for
# find_package(tranche). The ABI may change with every version, so a consumer asks for the
# exact version it was written for, or builds against what it finds.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tranche)

install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tranche/scenarios)
foreach(room IN ITEMS kernels sim)
  install(DIRECTORY ${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tranche
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
get_property(layers GLOBAL PROPERTY TRANCHE_LAYERS)
foreach(layer IN LISTS layers ITEMS tranche_kernels tranche_sim)
  string(REPLACE "tranche_" "" exported ${layer})
  set_target_properties(${layer} PROPERTIES EXPORT_NAME ${exported})
  target_include_directories(${layer} INTERFACE
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tranche>)
  target_compile_features(${layer} INTERFACE cxx_std_20)
  add_library(tranche::${exported} ALIAS ${layer})
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
