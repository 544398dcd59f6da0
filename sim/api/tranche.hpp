// SPDX-License-Identifier: Apache-2.0

// The library: what AI chips can do, over time, and how sure we are.
//
//   const auto data = tranche::api::Data::open();
//   const auto scenario = tranche::api::Scenario::read(*data, "scenario.toml");
//   const auto results = tranche::api::run(*scenario);
//   const auto figure = results->at("base", "all", "2027-12", "mfu");
//
// Calls that can fail return an Expected. There is no global state: calls on several threads do not
// disturb each other.
#pragma once

#include "sim/api/analysis.hpp"
#include "sim/api/compare.hpp"
#include "sim/api/data.hpp"
#include "sim/api/execution.hpp"
#include "sim/api/expected.hpp"
#include "sim/api/plan.hpp"
#include "sim/api/results.hpp"
#include "sim/api/run.hpp"
#include "sim/api/scenario.hpp"
#include "sim/api/studies.hpp"
#include "sim/api/table.hpp"
#include "sim/api/written.hpp"
#include "sim/base/version.hpp"
