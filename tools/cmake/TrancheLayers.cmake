# SPDX-License-Identifier: Apache-2.0
# tranche_layer(<name> FOLDERS <folder>...)
#
# A static library of all sources of these folders of the current one; a folder below is
# named itself. Sources are compiled together, folder by folder, where TRANCHE_UNITY is set:
# most of the time of a compiler goes into headers that they share. Sources with flags of
# their own are compiled alone.
function(tranche_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" FOLDERS)
  set(all_sources)
  foreach(folder IN LISTS layer_FOLDERS)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    tranche_unity_group(${folder} ${sources})
    list(APPEND all_sources ${sources})
  endforeach()
  add_library(${name} STATIC ${all_sources})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TRANCHE_UNITY} UNITY_BUILD_MODE GROUP)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${name} PRIVATE OpenMP::OpenMP_CXX $<BUILD_INTERFACE:tranche_flags>)
  set_property(GLOBAL APPEND PROPERTY TRANCHE_LAYERS ${name})
endfunction()

# tranche_unity_group(<folder> <source>...)
#
# Groups of at most eight neighbours, in order of their names: enough to share headers, and
# pieces small enough for every processor to have one.
function(tranche_unity_group folder)
  set(number 0)
  string(MAKE_C_IDENTIFIER "${folder}" group)
  list(SORT ARGN)
  foreach(source IN LISTS ARGN)
    math(EXPR part "${number} / 8")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${part})
    math(EXPR number "${number} + 1")
  endforeach()
endfunction()
