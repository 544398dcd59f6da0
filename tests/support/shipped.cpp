// SPDX-License-Identifier: Apache-2.0
#include "tests/support/shipped.hpp"

namespace tranche::tests {

const std::string& shipped_data() {
  static const std::string folder = std::string(TRANCHE_SOURCE_DIR) + "/scenarios";
  return folder;
}

const Catalogue& catalogue() {
  static const Catalogue read = read_catalogue(shipped_data());
  return read;
}

}  // namespace tranche::tests
