// SPDX-License-Identifier: Apache-2.0

// Runs a scenario and prints its digest and its headline: an example of the library's use, from
// reading to results.
//
//   forecast scenarios/minimal.toml 2000
#include <cstdio>
#include <string>

#include "sim/base/version.hpp"
#include "sim/catalogue/catalogue.hpp"
#include "sim/results/headline.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate/run.hpp"

#if TRANCHE_VERSION_MAJOR == 0 && TRANCHE_VERSION_MINOR < 1
#error "written for tranche 0.1"
#endif

int main(int count, char** words) {
  if (count != 3) return 2;
  try {
    const tranche::Catalogue catalogue = tranche::read_catalogue(DATA_FOLDER);
    tranche::ReadOptions reading;
    reading.draws = std::stoull(words[2]);
    const tranche::RunResult result =
        tranche::run_scenario(tranche::read_scenario(words[1], reading, catalogue), catalogue, {});
    const tranche::HeadlineFigures headline = tranche::headline_figures(result);
    const tranche::Statistics& all =
        headline.cases.front().firms[static_cast<std::size_t>(headline.firm)];
    std::printf("%s\n%g (%g to %g)\n", tranche::digest_of(result).c_str(), all.p50, all.p05,
                all.p95);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
