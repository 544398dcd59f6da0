#include "kernels/performance/probes.hpp"

#include <gtest/gtest.h>

namespace tranche::kernels {
namespace {

// Small sizes: the results are checked, the rates mean nothing.
TEST(Probes, EveryCpuProbeIsCorrectAndTimed) {
  ProbeSettings settings;
  settings.bytes = std::size_t{1} << 20;
  settings.repeats = 3;
  settings.warm_ups = 1;
  const auto results = run_probes_cpu(settings);
  ASSERT_EQ(results.size(), static_cast<std::size_t>(probe_count));
  for (const ProbeResult& r : results) {
    EXPECT_TRUE(r.correct) << probe_name(r.probe);
    EXPECT_GT(r.bytes_per_s(), 0.0) << probe_name(r.probe);
  }
}

}  // namespace
}  // namespace tranche::kernels
