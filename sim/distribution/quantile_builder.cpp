// SPDX-License-Identifier: Apache-2.0
#include "sim/distribution/quantile_builder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tranche {
namespace {

struct Segment {
  Probability from, to;
  double low, high;  // equal: a point mass
  bool is_point() const { return low == high; }
};

std::vector<Segment> segments_of(const Shape& shape) {
  std::vector<Segment> segments;
  const std::vector<double>& points = shape.breakpoints();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Probability before = shape.split_before(points[i]);
    const Probability after = shape.split_after(points[i]);
    if (mass_between(before, after) > 0) segments.push_back({before, after, points[i], points[i]});
    if (i + 1 == points.size()) break;
    const Probability before_next = shape.split_before(points[i + 1]);
    if (mass_between(after, before_next) > 0) {
      segments.push_back({after, before_next, points[i], points[i + 1]});
    }
  }
  if (segments.size() <= kernels::maximum_segments) return segments;
  // Adjacent continuous segments differ only by the kink between them, which can be dropped.
  std::vector<Segment> merged;
  for (const Segment& segment : segments) {
    if (!merged.empty() && !merged.back().is_point() && !segment.is_point() &&
        merged.back().high == segment.low) {
      merged.back().to = segment.to;
      merged.back().high = segment.high;
    } else {
      merged.push_back(segment);
    }
  }
  return merged;
}

// Value and slope of the quantile of a segment at a knot; the slope is per probability within the
// segment.
struct Knot {
  double value, slope;
};
Knot knot_at(const Shape& shape, const Segment& segment, Probability fraction, double mass) {
  const double value = std::clamp(shape.quantile_at(within(segment.from, segment.to, fraction)),
                                  segment.low, segment.high);
  return {value, mass / shape.density(value)};
}

// Writes the cubic between two knots, `width` of probability apart (negative on the upper side,
// where tables run from the end towards the median).
void write_interval(Knot from, Knot to, double width, float* coefficients) {
  const double start = static_cast<float>(from.value);
  const double rise = static_cast<double>(static_cast<float>(to.value)) - start;
  // Slope in units of the rise: 1 is a straight line, which also replaces an undefined slope.
  const auto relative = [&](double slope) {
    const double ratio = slope * width / rise;
    return rise == 0 || std::isnan(ratio) ? (rise == 0 ? 0.0 : 1.0) : std::clamp(ratio, 0.0, 1e6);
  };
  double a = relative(from.slope), b = relative(to.slope);
  const double norm = std::sqrt(a * a + b * b);
  if (norm > 3) {
    a *= 3 / norm;
    b *= 3 / norm;
  }
  coefficients[0] = static_cast<float>(start);
  coefficients[1] = static_cast<float>(rise * a);
  coefficients[2] = static_cast<float>(rise * (3 - 2 * a - b));
  coefficients[3] = static_cast<float>(rise * (a + b - 2));
}

void write_table(const Shape& shape, const Segment& segment, float* coefficients) {
  const double mass = mass_between(segment.from, segment.to);
  for (const bool is_upper : {false, true}) {
    float* side =
        coefficients + (is_upper ? kernels::side_stride * kernels::coefficient_stride : 0);
    // x = 2^octave (1 + sixteenth / 16), from 1/2 to 2^31, as in
    // kernels/random/quantile_table.hpp.
    const auto probability_of = [](int k) {
      const double significand = 1.0 + (k % kernels::intervals_per_octave) /
                                           static_cast<double>(kernels::intervals_per_octave);
      return std::ldexp(significand, k / kernels::intervals_per_octave - 1 - 32);
    };
    const auto knot = [&](double p) {
      return knot_at(shape, segment, is_upper ? Probability{1 - p, p} : Probability{p, 1 - p},
                     mass);
    };
    constexpr int last = kernels::intervals_per_side - 1;
    double p = probability_of(0);
    Knot from = knot(p);
    for (int k = 0; k < last; ++k) {
      const double next_p = probability_of(k + 1);
      const Knot to = knot(next_p);
      write_interval(from, to, is_upper ? p - next_p : next_p - p,
                     side + k * kernels::coefficient_stride);
      from = to;
      p = next_p;
    }
    side[last * kernels::coefficient_stride] = static_cast<float>(from.value);
  }
}

void append_signature(const Distribution& d, std::vector<double>& signature) {
  const auto append = [&](const std::vector<double>& values) {
    signature.push_back(static_cast<double>(values.size()));
    signature.insert(signature.end(), values.begin(), values.end());
  };
  signature.push_back(static_cast<double>(d.family));
  append(d.parameters);
  append(d.weights);
  append(d.minimum ? std::vector{*d.minimum} : std::vector<double>{});
  append(d.maximum ? std::vector{*d.maximum} : std::vector<double>{});
  signature.push_back(static_cast<double>(d.components.size()));
  for (const Distribution& component : d.components) append_signature(component, signature);
}

QuantileCache::Made make_table(const Distribution& distribution) {
  constexpr std::uint64_t all_words = std::uint64_t{1} << 32;
  const auto words_below = [](Probability p) {
    return p.below <= p.above
               ? static_cast<std::uint64_t>(std::llround(p.below * 0x1p32))
               : all_words - static_cast<std::uint64_t>(std::llround(p.above * 0x1p32));
  };
  const Shape shape(distribution);
  QuantileCache::Made made;
  kernels::VariableTable& table = made.table;
  table.segment_count = 0;
  const std::vector<Segment> segments = segments_of(shape);
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const std::uint64_t end = i + 1 == segments.size() ? all_words : words_below(segment.to);
    if (end <= begin) continue;  // rarer than one word
    const auto s = static_cast<std::size_t>(table.segment_count++);
    const std::uint64_t words = end - begin;
    table.begin[s] = static_cast<std::uint32_t>(begin);
    if (segment.is_point() || words == 1) {
      const Knot middle = knot_at(shape, segment, {0.5, 0.5}, 1);
      table.offset[s] = -1;
      table.constant[s] = static_cast<float>(segment.is_point() ? segment.low : middle.value);
    } else {
      table.stretch[s] = words == all_words ? 0 : ~std::uint64_t{0} / words;
      table.offset[s] = static_cast<std::int32_t>(made.coefficients.size());
      made.coefficients.resize(made.coefficients.size() + kernels::floats_per_table);
      write_table(shape, segment, made.coefficients.data() + table.offset[s]);
    }
    begin = end;
  }
  return made;
}

}  // namespace

int segment_count(const Shape& shape) { return static_cast<int>(segments_of(shape).size()); }

const QuantileCache::Made* QuantileCache::find(const std::vector<double>& signature) const {
  const auto found = made_.find(signature);
  return found == made_.end() ? nullptr : &found->second;
}

void QuantileCache::add(const std::vector<double>& signature, Made made) {
  constexpr std::size_t most = 4096;  // 16 kB each
  if (made_.size() < most) made_.emplace(signature, std::move(made));
}

kernels::VariableTable QuantileTables::append(const QuantileCache::Made& made) {
  kernels::VariableTable table = made.table;
  for (std::int32_t s = 0; s < table.segment_count; ++s)
    if (table.offset[s] >= 0) table.offset[s] += static_cast<std::int32_t>(coefficients_.size());
  coefficients_.insert(coefficients_.end(), made.coefficients.begin(), made.coefficients.end());
  return table;
}

kernels::VariableTable QuantileTables::add(const Distribution& distribution) {
  std::vector<double> signature;
  append_signature(distribution, signature);
  const auto found = known_.find(signature);
  if (found != known_.end()) return found->second;
  const QuantileCache::Made* const kept = cache_ != nullptr ? cache_->find(signature) : nullptr;
  kernels::VariableTable table;
  if (kept != nullptr) {
    table = append(*kept);
  } else {
    QuantileCache::Made made = make_table(distribution);
    table = append(made);
    if (cache_ != nullptr) cache_->add(signature, std::move(made));
  }
  known_.emplace(std::move(signature), table);
  return table;
}

}  // namespace tranche
