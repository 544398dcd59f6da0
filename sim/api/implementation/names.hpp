// SPDX-License-Identifier: Apache-2.0

// Names given to lookups.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tranche::api {

// Index of the name among those known. Throws RequestRefused, with the nearest: "unknown firm
// `alibab`"; `several` heads the list of them.
std::size_t index_of_name(const std::string& name, const std::vector<std::string>& known,
                          std::string_view one, std::string_view several);

}  // namespace tranche::api
