// SPDX-License-Identifier: Apache-2.0

// Batch code of the CPU backend for the baseline instruction set.
#define TRANCHE_CPU_TARGET baseline
#define TRANCHE_CPU_TARGET_NAME "baseline"
#include "kernels/engine/cpu/batch.inl"
