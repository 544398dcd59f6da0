// SPDX-License-Identifier: Apache-2.0

// The batch code of the CPU backend for baseline.
#define TRANCHE_CPU_TARGET baseline
#define TRANCHE_CPU_TARGET_NAME "baseline"
#include "kernels/engine/cpu/batch.inl"
