# SPDX-License-Identifier: Apache-2.0
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
# Sanitizers see all code, ours and what headers of libraries bring; the first finding ends
# the program.
if(TRANCHE_SANITIZER STREQUAL "address")
  # Not part of `undefined`: a number that the integer it becomes cannot hold.
  set(sanitizers -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
elseif(TRANCHE_SANITIZER STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(TRANCHE_SANITIZER)
  message(FATAL_ERROR "TRANCHE_SANITIZER is `${TRANCHE_SANITIZER}` (accepted: `address`, "
                      "`thread` or nothing)")
endif()
if(TRANCHE_SANITIZER)
  # Checked loads are not vectorised, which clang would warn of.
  add_compile_options(${sanitizers} -fno-omit-frame-pointer -Wno-pass-failed)
  add_link_options(${sanitizers})
endif()
# A program that links a shared C++ library (property TRANCHE_SHARED_RUNTIME) keeps the shared
# runtime: there must be one of it.
if(TRANCHE_STATIC_RUNTIME)
  target_link_options(tranche_flags INTERFACE
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:TRANCHE_SHARED_RUNTIME>>>:-static-libstdc++>
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:TRANCHE_SHARED_RUNTIME>>>:-static-libgcc>)
endif()
