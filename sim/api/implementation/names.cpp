// SPDX-License-Identifier: Apache-2.0
#include "sim/api/implementation/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/api/implementation/guarded.hpp"

namespace tranche::api {

std::size_t index_of_name(const std::string& name, const std::vector<std::string>& known,
                          std::string_view one, std::string_view several) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end())
    throw RequestRefused(fmt::format("unknown {} `{}`", one, name),
                         name_help(name, known, several));
  return static_cast<std::size_t>(found - known.begin());
}

}  // namespace tranche::api
