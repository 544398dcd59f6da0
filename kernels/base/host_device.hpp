// SPDX-License-Identifier: Apache-2.0

// Portability macros. A function marked TRANCHE_HD is compiled for the host by every compiler and
// for the GPU by nvcc. TRANCHE_HD_INLINE marks bodies of hot loops: always inlined, because a call
// that is not inlined prevents vectorisation; TRANCHE_INLINE_BODY is the same for a lambda.
#pragma once

#if defined(__CUDACC__)
#define TRANCHE_HD __host__ __device__
#define TRANCHE_HD_INLINE __host__ __device__ __forceinline__
#define TRANCHE_INLINE_BODY
#else
#define TRANCHE_HD
#define TRANCHE_HD_INLINE inline __attribute__((always_inline))
#define TRANCHE_INLINE_BODY __attribute__((always_inline))
#endif
