// SPDX-License-Identifier: Apache-2.0
#include "sim/base/version.hpp"

namespace tranche {

std::string version() { return TRANCHE_VERSION; }

}  // namespace tranche
