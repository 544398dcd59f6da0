// SPDX-License-Identifier: Apache-2.0

// A kernel with more values than registers: a thread of a block of 1,024 has 64.
__global__ void __launch_bounds__(1024) spilled_registers(float* values) {
  constexpr int count = 96;
  float kept[count];
#pragma unroll
  for (int i = 0; i < count; ++i) kept[i] = values[i * 1024 + threadIdx.x];
#pragma unroll
  for (int round = 0; round < 4; ++round)
#pragma unroll
    for (int i = 0; i < count; ++i)
      kept[i] = kept[i] * kept[(i * 7 + round) % count] + kept[(i + 13) % count];
#pragma unroll
  for (int i = 0; i < count; ++i) values[i * 1024 + threadIdx.x] = kept[i];
}
