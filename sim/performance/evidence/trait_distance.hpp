// SPDX-License-Identifier: Apache-2.0

// Distance between predictions: how far a measured case is from the case asked about. One unit is
// about the difference between two generations of chips of one vendor.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "sim/performance/evidence/prediction_traits.hpp"

namespace tranche {

enum class TraitAxis {
  chip,
  architecture,
  precision,
  software,
  scale,
  model_size,
  sequence_length,
  batch,
  layout,
  work
};
inline constexpr std::size_t trait_axis_count = 10;

struct TraitAxisName {
  TraitAxis axis;
  std::string_view name;   // "architecture", after "extrapolated along"
  std::string_view scale;  // what makes a distance
};
inline constexpr std::array<TraitAxisName, trait_axis_count> trait_axes{{
    {TraitAxis::chip, "chip",
     "0.5 for another chip of the generation, 1.5 for another generation of the vendor, 3 for "
     "another vendor"},
    {TraitAxis::architecture, "architecture",
     "1.5 for each of: mixture of experts, linear or state-space layers, sparse attention, "
     "compressed caches; 0.5 for latent attention"},
    {TraitAxis::precision, "precision", "0.5 for each halving of the bits of a weight"},
    {TraitAxis::software, "software",
     "serving: 0.4 for another generation of the engine, 1 for another engine; training: 0.4 a "
     "year, at most 1.6, and 0.5 between fused and eager kernels"},
    {TraitAxis::scale, "number of chips", "0.15 for each doubling"},
    {TraitAxis::model_size, "model size", "0.5 for each tenfold"},
    {TraitAxis::sequence_length, "sequence length", "0.1 for each doubling"},
    {TraitAxis::batch, "batch", "0.1 for each doubling of the sequences of a chip"},
    {TraitAxis::layout, "layout", "0.3 for each kind of parallelism that only one of them uses"},
    {TraitAxis::work, "kind of work", "1.5 for another access pattern, or kind of training"},
}};

using AxisDistances = std::array<double, trait_axis_count>;

// Distance along each axis, 0 or more, symmetric; the questions are assumed equal.
AxisDistances axis_distances(const PredictionTraits& a, const PredictionTraits& b);

// Sum over the axes.
double trait_distance(const PredictionTraits& a, const PredictionTraits& b);

}  // namespace tranche
