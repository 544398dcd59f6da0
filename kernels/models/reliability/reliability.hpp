// SPDX-License-Identifier: Apache-2.0

// Event-by-event simulation of one training job: work, checkpoints, failures, restarts. It verifies
// the closed form in kernels/models/reliability/goodput.hpp, which the fleet uses.
//
// Failures come at a constant rate (exponential times, as in Daly 2006); a failure loses
// the work since the last finished checkpoint; recovery may itself fail and start again.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/base/host_device.hpp"
#include "kernels/base/math.hpp"
#include "kernels/device/compute_device.hpp"
#include "kernels/models/reliability/goodput.hpp"
#include "kernels/random/philox.hpp"

namespace tranche::kernels {

struct JobHistory {
  double wall_s = 0;
  double failures = 0;
};

// One replication. Philox numbers are addressed by replication and event, so that the history is
// the same on every machine and for any number of threads.
struct SimulateJob {
  FailureModel failures;
  double job_chips = 0;
  double work_s = 0;                 // progress in seconds that ends the job
  double checkpoint_interval_s = 0;  // of work, in seconds
  std::uint64_t seed = 0;

  TRANCHE_HD JobHistory operator()(std::uint64_t replication) const {
    const double rate =
        static_cast<double>(job_failure_rate_per_s(failures, static_cast<float>(job_chips)));
    const double write_s = static_cast<double>(failures.checkpoint_write_s);
    const double recovery_s = static_cast<double>(failures.recovery_s);
    JobHistory history;
    std::uint32_t event = 0;
    double done_s = 0;
    double to_failure_s = time_to_failure(rate, replication, event++);
    while (done_s < work_s) {
      const double left_s = work_s - done_s;
      const double part_s = left_s < checkpoint_interval_s ? left_s : checkpoint_interval_s;
      const double attempt_s = part_s + write_s;
      if (to_failure_s >= attempt_s) {
        history.wall_s += attempt_s;
        done_s += part_s;
        to_failure_s -= attempt_s;
        continue;
      }
      history.wall_s += to_failure_s;
      history.failures += 1.0;
      to_failure_s = time_to_failure(rate, replication, event++);
      while (to_failure_s < recovery_s) {  // the restart fails as well
        history.wall_s += to_failure_s;
        history.failures += 1.0;
        to_failure_s = time_to_failure(rate, replication, event++);
      }
      history.wall_s += recovery_s;
      to_failure_s -= recovery_s;
    }
    return history;
  }

 private:
  TRANCHE_HD double time_to_failure(double rate, std::uint64_t replication,
                                    std::uint32_t event) const {
    // 32 random bits at the middle of their cell: never 0, so that the logarithm is finite
    const Philox4x32 bits =
        random_block(seed, {0x6661696C757265ull + (event >> 16), event & 0xFFFFu}, replication);
    const double u = (static_cast<double>(bits.x) + 0.5) * 0x1p-32;
    return -log(u) / rate;
  }
};

struct JobStatistics {
  double mean_wall_s = 0;
  double standard_error_s = 0;
  double mean_failures = 0;
  double goodput_fraction = 0;  // work over mean wall time
};

// Statistics of at least 2 histories of the job, summed in order, so that the result does not
// depend on where the histories were computed.
JobStatistics job_statistics(const SimulateJob& job, const std::vector<JobHistory>& histories);

// Simulates the job `replications` times (at least 2) on all hardware threads.
JobStatistics simulate_jobs(const SimulateJob& job, std::uint64_t replications);

// The same, bit for bit, on the GPU. Throws BackendUnavailable if this build has no CUDA or this
// machine no usable GPU.
JobStatistics simulate_jobs_on_gpu(const SimulateJob& job, std::uint64_t replications);

// The same on the requested device; throws BackendUnavailable if that is a GPU and none is usable.
JobStatistics simulate_jobs(const SimulateJob& job, std::uint64_t replications,
                            ComputeDevice device);

}  // namespace tranche::kernels
