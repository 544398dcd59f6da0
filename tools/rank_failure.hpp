// How a command ends on one of several ranks when it fails there.
#pragma once

#include "sim/run/ranks.hpp"

namespace tranche::tools {

// Inside a handler of the failure. What all ranks have in common is said by the first of
// them; what only this one has, by this one, and it ends the others. Throws what main's
// handler makes an exit status of.
[[noreturn]] void end_after_failure(Ranks& ranks);

}  // namespace tranche::tools
