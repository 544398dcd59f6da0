# SPDX-License-Identifier: Apache-2.0
# What runs beside tranche_tests in a build under sanitizers (tools/sanitize).

# A fault that each sanitizer has to report, so that none is silently off. 66 and 1 are the
# statuses with which they end a program.
add_executable(planted_fault sanitizers/planted_fault.cpp)
find_package(OpenMP REQUIRED COMPONENTS CXX)
target_link_libraries(planted_fault PRIVATE OpenMP::OpenMP_CXX)
if(TRANCHE_SANITIZER STREQUAL "thread")
  set(faults race "WARNING: ThreadSanitizer: data race")
else()
  set(faults overflow "heap-buffer-overflow" shift "runtime error: shift exponent"
             cast "outside the range of representable values" leak "detected memory leaks")
endif()
while(faults)
  list(POP_FRONT faults fault complaint)
  add_test(NAME sanitizer.sees_a_planted_${fault} COMMAND planted_fault ${fault})
  set_tests_properties(sanitizer.sees_a_planted_${fault} PROPERTIES
    PASS_REGULAR_EXPRESSION "${complaint}" ENVIRONMENT "${sanitizer_environment}")
endwhile()
add_test(NAME sanitizer.is_content_without_a_fault COMMAND planted_fault none)
set_tests_properties(sanitizer.is_content_without_a_fault PROPERTIES
  PASS_REGULAR_EXPRESSION "^done[^a-zA-Z]*$" ENVIRONMENT "${sanitizer_environment}")

# The command line as a process: what reads, runs, fails and is interrupted.
find_program(TRANCHE_PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(TRANCHE_PYTHON3)
  if(TRANCHE_SANITIZER STREQUAL "thread")
    set(command_line_tests allocate faults sensitivity sweep)
  else()
    # Not `environment`, whose limits of memory, time and size a sanitizer exceeds by itself.
    set(command_line_tests allocate calibrate checkpoint compare draws faults plan results
                           sensitivity sweep validate)
  endif()
  # The checked code of draws is thirty times slower than the other instruction sets, which are not
  # checked (kernels/CMakeLists.txt): unit tests run the former, processes the latter.
  set(process_environment "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(process_environment "TRANCHE_CPU_TARGET=x86-64-v2;")
  endif()
  foreach(name IN LISTS command_line_tests)
    set(cases "")
    if(name STREQUAL "faults" AND TRANCHE_SANITIZER STREQUAL "thread")
      set(cases Interrupts)  # the thread sanitizer needs files of its own beyond small limits
    endif()
    add_test(NAME cli.${name} COMMAND ${TRANCHE_PYTHON3} -B
             ${CMAKE_CURRENT_SOURCE_DIR}/cli/${name}_test.py ${cases})
    set_tests_properties(cli.${name} PROPERTIES TIMEOUT 1200 SKIP_RETURN_CODE 77 ENVIRONMENT
      "TRANCHE_BINARY=$<TARGET_FILE:tranche>;TRANCHE_SOURCE_DIR=${PROJECT_SOURCE_DIR};TRANCHE_SANITIZER=${TRANCHE_SANITIZER};${process_environment}${sanitizer_environment};LSAN_OPTIONS=print_suppressions=0:suppressions=${CMAKE_CURRENT_SOURCE_DIR}/sanitizers/leaks.txt")
  endforeach()
endif()
