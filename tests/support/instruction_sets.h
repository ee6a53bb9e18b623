// Tests that run once on each instruction set of the kernels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/kernels/instructions.h"

namespace ganvas::kernels {

/// The parameter is a name for limit_instructions(). Random numbers begin alike in each test.
class OnEachInstructionSet : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    seed_torch(7);
    limit_instructions(GetParam());
  }
  void TearDown() override { limit_instructions("best"); }
};

inline auto instruction_sets() {
  return testing::Values("best", "avx512", "avx2", "portable");
}

}  // namespace ganvas::kernels
