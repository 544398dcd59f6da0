// (could not convert|cannot convert|conversion from .* requested|no viable conversion)
#include "kernels/base/quantity.hpp"
tranche::FlopPerSecond wrong = tranche::BytesPerSecond(1.0);
