# Flags of every target. The same arithmetic on all sides: no contraction to a
# fused multiply-add, no fast-math. -fno-trapping-math and -fno-math-errno change
# no result; they let the compiler turn conditions into blends.
add_library(tranche_flags INTERFACE)
target_compile_options(tranche_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -ffp-contract=off -fno-trapping-math -fno-math-errno>
  $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false -Xcompiler=-Wall,-Wextra,-ffp-contract=off>)
# GCC 12 warns of overlaps and uninitialised members inside std::string that cannot happen
# (GCC bugs 105651 and 105562).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tranche_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
                         $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
endif()
if(TRANCHE_WERROR)
  target_compile_options(tranche_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror>
    $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>)
endif()
if(TRANCHE_STATIC_RUNTIME)
  target_link_options(tranche_flags INTERFACE -static-libstdc++ -static-libgcc)
endif()
