// SPDX-License-Identifier: Apache-2.0

// Batch code of the CPU backend for x86-64-v4.
#if defined(__x86_64__)
#define TRANCHE_CPU_TARGET v4
#define TRANCHE_CPU_TARGET_NAME "x86-64-v4"
#include "kernels/engine/cpu/batch.inl"
#endif
