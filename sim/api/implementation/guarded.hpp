// SPDX-License-Identifier: Apache-2.0

// Turns exceptions of the library into errors of its interface.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/api/expected.hpp"
#include "sim/input/diagnostic.hpp"

namespace tranche::api {

// An argument of a call is wrong; becomes an error of kind `request`.
struct RequestRefused : std::runtime_error {
  explicit RequestRefused(const std::string& problem, std::vector<std::string> help_lines = {})
      : std::runtime_error(problem), help(std::move(help_lines)) {}
  std::vector<std::string> help;
};

// A document that was given in memory, under the path that diagnostics name; no path: none.
struct MemoryText {
  std::string path = {}, text = {};
};

// The diagnostic as a problem; its line is taken from `memory` where it is of that document.
Problem problem_of(const Diagnostic& diagnostic, const MemoryText& memory = {});
std::vector<Problem> problems_of(const std::vector<Diagnostic>& diagnostics,
                                 const MemoryText& memory = {});

// The exception that is being handled, as an error. Rethrows std::bad_alloc, std::logic_error and
// what is no std::exception.
Error error_in_flight(const MemoryText& memory);

// An error of one problem without a place.
Error error_of(ErrorKind kind, const std::string& problem, std::vector<std::string> help = {});

// The value that `make` returns, or the error of what it throws.
template <class Make>
Expected<std::invoke_result_t<Make>> guarded(const Make& make, const MemoryText& memory = {}) {
  try {
    return make();
  } catch (...) {
    return error_in_flight(memory);
  }
}

}  // namespace tranche::api
