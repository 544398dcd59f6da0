// (could not convert|cannot convert|conversion from .* requested|no viable conversion)
// SPDX-License-Identifier: Apache-2.0
#include "kernels/base/quantity.hpp"
tranche::FlopPerSecond wrong = tranche::BytesPerSecond(1.0);
