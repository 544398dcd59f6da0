// SPDX-License-Identifier: Apache-2.0

// Results of the library as values of a command: an error ends the command with its exit status.
#pragma once

#include <stdexcept>
#include <utility>

#include "sim/api/expected.hpp"

namespace tranche::tools {

// The library returned an error; status_of prints it.
struct Failed : std::runtime_error {
  explicit Failed(api::Error reason)
      : std::runtime_error(reason.problems.front().problem), error(std::move(reason)) {}
  api::Error error;
};

// The value; throws Failed if there is none.
template <class T>
T value_of(api::Expected<T> found) {
  if (!found) throw Failed(found.error());
  return *std::move(found);
}

}  // namespace tranche::tools
