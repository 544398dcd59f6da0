// SPDX-License-Identifier: Apache-2.0

// Data files of this source tree, read once.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"

namespace tranche::tests {

// Path of scenarios/, absolute unless TRANCHE_TEST_ROOT is relative.
const std::string& shipped_data();

// The shipped catalogue.
const Catalogue& catalogue();

}  // namespace tranche::tests
