// Warnings of chips that do no work, or do it in another number format than was asked for.
#pragma once

#include "sim/run/lowering.hpp"

namespace tranche {

// What there is to warn of, one sentence for each workload and chip, without a full stop.
std::vector<std::string> work_problems(const LoweredScenario& lowered);

// One warning for each workload and chip, at the chip in the scenario, and a remark.
void add_work_notes(LoweredScenario& lowered);

}  // namespace tranche
