// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/precisions.hpp"

namespace tranche {

std::vector<std::string> precision_names(unsigned uses) {
  std::vector<std::string> names;
  for (const PrecisionInfo& info : precision_table)
    if ((info.uses & uses) == uses) names.emplace_back(info.name);
  return names;
}

}  // namespace tranche
