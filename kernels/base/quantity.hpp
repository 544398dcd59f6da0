// SPDX-License-Identifier: Apache-2.0

// A number with a dimension, checked at compile time, without run-time cost.
//
// The value is always in base units (operations, bytes, seconds, joules, US dollars): prefixes
// exist only in the file reader. Adding seconds to bytes, or passing a bandwidth as a rate of
// operations, does not compile.
#pragma once

#include "kernels/base/host_device.hpp"

namespace tranche {

struct Dimension {
  int flop = 0;
  int byte = 0;
  int second = 0;
  int joule = 0;
  int dollar = 0;
};

TRANCHE_HD constexpr Dimension operator+(Dimension a, Dimension b) {
  return {a.flop + b.flop, a.byte + b.byte, a.second + b.second, a.joule + b.joule,
          a.dollar + b.dollar};
}
TRANCHE_HD constexpr Dimension operator-(Dimension a, Dimension b) {
  return {a.flop - b.flop, a.byte - b.byte, a.second - b.second, a.joule - b.joule,
          a.dollar - b.dollar};
}

template <Dimension dimension>
class Quantity {
 public:
  constexpr Quantity() = default;  // zero
  TRANCHE_HD constexpr explicit Quantity(double value) : value_(value) {}
  TRANCHE_HD constexpr double value() const { return value_; }

  TRANCHE_HD friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return Quantity(a.value_ + b.value_);
  }
  TRANCHE_HD friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(a.value_ - b.value_);
  }
  TRANCHE_HD friend constexpr Quantity operator*(double scale, Quantity a) {
    return Quantity(scale * a.value_);
  }
  TRANCHE_HD friend constexpr bool operator<(Quantity a, Quantity b) { return a.value_ < b.value_; }
  TRANCHE_HD friend constexpr bool operator==(Quantity a, Quantity b) {
    return a.value_ == b.value_;
  }

 private:
  double value_ = 0.0;
};

template <Dimension a, Dimension b>
TRANCHE_HD constexpr Quantity<a + b> operator*(Quantity<a> x, Quantity<b> y) {
  return Quantity<a + b>(x.value() * y.value());
}
template <Dimension a, Dimension b>
TRANCHE_HD constexpr Quantity<a - b> operator/(Quantity<a> x, Quantity<b> y) {
  return Quantity<a - b>(x.value() / y.value());
}

using Flop = Quantity<Dimension{.flop = 1}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Watts = Quantity<Dimension{.second = -1, .joule = 1}>;
using Dollars = Quantity<Dimension{.dollar = 1}>;
using FlopPerSecond = Quantity<Dimension{.flop = 1, .second = -1}>;
using BytesPerSecond = Quantity<Dimension{.byte = 1, .second = -1}>;

}  // namespace tranche
