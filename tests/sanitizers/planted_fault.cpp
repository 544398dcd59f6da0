// SPDX-License-Identifier: Apache-2.0

// One fault on request, for the sanitizers to detect. Not part of tranche.
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

namespace {

// Hides a value from the optimiser.
template <typename T>
T opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

int race(bool planted) {
  int sum = 0;
#pragma omp parallel for num_threads(4)
  for (int i = 0; i < 100'000; ++i) {
    if (planted) {
      sum += 1;
    } else {
#pragma omp atomic
      sum += 1;
    }
  }
  // Read after the region: a sanitizer must model OpenMP's barrier to see that it is safe.
  return sum;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view fault = count == 2 ? words[1] : "";
  int* const numbers = static_cast<int*>(std::malloc(4 * sizeof(int)));
  numbers[0] = race(fault == "race");
  if (fault == "overflow") numbers[0] = numbers[opaque(4)];
  if (fault == "shift") numbers[0] = 1 << opaque(40);
  if (fault == "cast") numbers[0] = static_cast<int>(opaque(1e20));
  const bool fine = numbers[0] != std::numeric_limits<int>::max();
  if (fault != "leak") std::free(numbers);
  if (fine) std::puts("done");
}
