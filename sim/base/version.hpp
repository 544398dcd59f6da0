// SPDX-License-Identifier: Apache-2.0

// Version of this build. API and ABI may change with every minor version until 1.0.
#pragma once

#include <string>

#define TRANCHE_VERSION_MAJOR 0
#define TRANCHE_VERSION_MINOR 1
#define TRANCHE_VERSION_PATCH 0

namespace tranche {

std::string version();  // "0.1.0"

}  // namespace tranche
