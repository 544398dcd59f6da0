// SPDX-License-Identifier: Apache-2.0

// The portability macros of the project. A function marked TRANCHE_HD is
// compiled for the host by every compiler and also for the GPU by nvcc.
// TRANCHE_HD_INLINE is for bodies of hot loops: always inlined, because a call
// that is not inlined stops the vectoriser; TRANCHE_INLINE_BODY says the same of a lambda.
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
