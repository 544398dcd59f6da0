// SPDX-License-Identifier: Apache-2.0

// The plan search on the GPU: one plan per thread, then Thrust selects the fastest. Sorting is
// stable and starts in index order, so equal times rank as on the CPU.
#include <thrust/copy.h>
#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sort.h>
#include <thrust/transform.h>
#include <thrust/transform_reduce.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "kernels/device/device_buffer.cuh"
#include "kernels/device/usable_gpu.cuh"
#include "kernels/models/training/plan_search.hpp"

namespace tranche::kernels {
namespace {

static_assert(std::is_trivially_copyable_v<ScorePlan>, "handed to the GPU as an argument");

constexpr unsigned threads_per_block = 256;
constexpr std::uint64_t plans_per_piece = 1u << 22;  // about 200 MB with the sort buffers

__global__ void __launch_bounds__(threads_per_block)
    score_plans_kernel(ScorePlan score, std::uint64_t first, std::uint64_t count,
                       PlanScore* scores) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < count) scores[i] = score(first + i);
}

// Rank of a plan by its place in a piece.
struct RankAt {
  const PlanScore* scores;
  std::uint64_t first;
  __device__ PlanRank operator()(std::uint64_t i) const { return {first + i, scores[i]}; }
};

struct StepAt {
  const PlanScore* scores;
  __device__ double operator()(std::uint64_t i) const { return scores[i].step_s; }
};

struct Fits {
  const PlanScore* scores;
  __device__ bool operator()(std::uint64_t i) const { return !(scores[i].step_s >= no_step_s); }
};

struct SmallerOf {
  __device__ PlanRank operator()(const PlanRank& a, const PlanRank& b) const {
    return is_smaller(b, a) ? b : a;
  }
};

// Memory of one piece, reused by the next.
struct PieceBuffers {
  explicit PieceBuffers(std::size_t size) : scores(size), places(size), steps_s(size) {}
  DeviceBuffer<PlanScore> scores;
  DeviceBuffer<std::uint64_t> places;  // of the plans that fit
  DeviceBuffer<double> steps_s;
};

std::vector<PlanRank> fastest(const PieceBuffers& buffers, std::uint64_t fitting, RankAt rank_at,
                              std::size_t keep) {
  std::uint64_t* const places = buffers.places.data();
  double* const steps_s = buffers.steps_s.data();
  thrust::transform(thrust::device, places, places + fitting, steps_s, StepAt{rank_at.scores});
  thrust::stable_sort_by_key(thrust::device, steps_s, steps_s + fitting, places);
  const std::uint64_t kept = std::min<std::uint64_t>(keep, fitting);
  const DeviceBuffer<PlanRank> ranks(kept);
  thrust::transform(thrust::device, places, places + kept, ranks.data(), rank_at);
  return ranks.to_host();
}

PlanSearchResult search_piece(const ScorePlan& score, std::uint64_t first, std::uint64_t count,
                              std::size_t keep, const PieceBuffers& buffers) {
  PlanScore* const scores = buffers.scores.data();
  const std::uint64_t blocks = (count + threads_per_block - 1) / threads_per_block;
  score_plans_kernel<<<static_cast<unsigned>(blocks), threads_per_block>>>(score, first, count,
                                                                           scores);
  check(cudaGetLastError());
  const RankAt rank_at{scores, first};
  const thrust::counting_iterator<std::uint64_t> begin(0);
  PlanSearchResult result;
  result.evaluated = count;
  result.smallest = thrust::transform_reduce(thrust::device, begin, begin + count, rank_at,
                                             PlanRank{}, SmallerOf{});
  std::uint64_t* const places = buffers.places.data();
  std::uint64_t* const places_end =
      thrust::copy_if(thrust::device, begin, begin + count, places, Fits{scores});
  result.fitting = static_cast<std::uint64_t>(places_end - places);
  if (result.fitting > 0 && keep > 0) {
    result.best = fastest(buffers, result.fitting, rank_at, keep);
  }
  return result;
}

}  // namespace

PlanSearchResult search_plans_on_gpu(const PlanTables& tables, std::size_t keep) {
  static_cast<void>(usable_gpu(score_plans_kernel));
  PlanSearchResult result;
  const std::uint64_t count = plan_count(tables);
  if (count == 0) return result;
  const auto copied = [](const auto* from, std::size_t size) {
    return DeviceBuffer(std::vector(from, from + size));
  };
  // The last block of layers has the highest base.
  const std::int32_t last_base =
      *std::max_element(tables.layer_base, tables.layer_base + tables.stage_count);
  const auto stages = copied(tables.stages, tables.stage_count);
  const auto layer_base = copied(tables.layer_base, tables.stage_count);
  const auto layers =
      copied(tables.layers, static_cast<std::uint64_t>(last_base) + tables.variants);
  ScorePlan score{tables};
  score.tables.stages = stages.data();
  score.tables.layer_base = layer_base.data();
  score.tables.layers = layers.data();

  const PieceBuffers buffers(std::min(plans_per_piece, count));
  for (std::uint64_t first = 0; first < count; first += plans_per_piece) {
    const std::uint64_t now = std::min(plans_per_piece, count - first);
    add_result(result, search_piece(score, first, now, keep, buffers), keep);
  }
  return result;
}

}  // namespace tranche::kernels
