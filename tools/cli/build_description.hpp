// SPDX-License-Identifier: Apache-2.0

// Output of `tranche --version`.
#pragma once

#include <string>

namespace tranche::tools {

// "tranche 0.1.0 (9f740ac), Release build, GNU 12.2.0, no CUDA"
std::string build_description();

}  // namespace tranche::tools
