// SPDX-License-Identifier: Apache-2.0

// Between a scenario's workload and the performance models: the question that it asks, and the
// answer as points of the fleet simulation.
#pragma once

#include "kernels/engine/fleet/spec.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/performance/throughput/work_question.hpp"
#include "sim/scenario/scenario.hpp"

namespace tranche {

// Throws InputError if a number that defines the work is uncertain.
WorkQuestion question_of(const Workload& workload, const ChipEntry& chip,
                         const Catalogue& catalogue);

// Throws InputError if the workload does not define its unit of work.
UnitWork unit_work(const Workload& workload, const Catalogue& catalogue);

// Seconds of one chip per unit of work in the four parts that the efficiencies of a draw slow:
// compute (with stragglers and the power limit), memory, network, and the rest (bubbles, launches),
// which nothing slows. Waiting for the host counts as compute in training, where it hides in part
// behind arithmetic, and as rest elsewhere.
kernels::ThroughputPoint fleet_point(const WorkPoint& point, Workload::Kind kind);

// Fraction of a training job's chips, 0 to 1, without which it keeps 95 % of its throughput: 5 % if
// throughput is proportional to chips, one half if half of them idle. 0 if it cannot hold the work.
// Sizes between those of the table (1 to 2^20 chips) are interpolated as in the fleet simulation.
double share_that_adds_nothing(const ThroughputTable& table, double chips);

}  // namespace tranche
