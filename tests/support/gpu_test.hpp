// SPDX-License-Identifier: Apache-2.0

// Base of tests that need a GPU. They are skipped with a message without one; with
// TRANCHE_REQUIRED_BACKEND=gpu (or cuda), a missing GPU is a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "kernels/engine/backend/backend.hpp"

namespace tranche::tests {

inline bool gpu_is_required() {
  const char* const required = std::getenv("TRANCHE_REQUIRED_BACKEND");
  return required != nullptr &&
         (std::strcmp(required, "gpu") == 0 || std::strcmp(required, "cuda") == 0);
}

class GpuTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      gpu_ = kernels::make_gpu_backend();
    } catch (const kernels::BackendUnavailable& unavailable) {
      if (gpu_is_required()) FAIL() << unavailable.what();
      GTEST_SKIP() << unavailable.what();
    }
  }
  std::unique_ptr<kernels::Backend> gpu_;
};

}  // namespace tranche::tests
