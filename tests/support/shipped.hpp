// SPDX-License-Identifier: Apache-2.0

// The data of this source tree, read once.
#pragma once

#include <string>

#include "sim/catalogue/catalogue.hpp"

namespace tranche::tests {

// The folder of scenarios/, absolute unless TRANCHE_TEST_ROOT is relative.
const std::string& shipped_data();

// Its catalogue.
const Catalogue& catalogue();

}  // namespace tranche::tests
