// SPDX-License-Identifier: Apache-2.0
#include "kernels/models/reliability/reliability.hpp"

#include <cmath>

namespace tranche::kernels {

JobStatistics job_statistics(const SimulateJob& job, const std::vector<JobHistory>& histories) {
  const double n = static_cast<double>(histories.size());
  JobStatistics out;
  for (const JobHistory& h : histories) {
    out.mean_wall_s += h.wall_s / n;
    out.mean_failures += h.failures / n;
  }
  double squares = 0;
  for (const JobHistory& h : histories) {
    squares += (h.wall_s - out.mean_wall_s) * (h.wall_s - out.mean_wall_s);
  }
  out.standard_error_s = std::sqrt(squares / (n - 1.0) / n);
  out.goodput_fraction = job.work_s / out.mean_wall_s;
  return out;
}

JobStatistics simulate_jobs(const SimulateJob& job, std::uint64_t replications) {
  std::vector<JobHistory> histories(replications);
  const std::int64_t count = static_cast<std::int64_t>(replications);
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < count; ++i) {
    histories[static_cast<std::size_t>(i)] = job(static_cast<std::uint64_t>(i));
  }
  return job_statistics(job, histories);
}

JobStatistics simulate_jobs(const SimulateJob& job, std::uint64_t replications,
                            ComputeDevice device) {
  return run_on(
      device, [&] { return simulate_jobs_on_gpu(job, replications); },
      [&] { return simulate_jobs(job, replications); });
}

}  // namespace tranche::kernels
