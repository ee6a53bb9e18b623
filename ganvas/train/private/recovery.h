// Where a run stands that went wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ganvas/core/error.h"

namespace ganvas {

/// What the trainer has done about a run that went wrong. Checkpoints keep it.
struct Recovery {
  double lr_share = 1;         // of the learning rate: what steps back have left of it
  int64_t rollbacks = 0;       // since a checkpoint behind the last one's cause
  int64_t diverged_at = -1;    // that cause's step
  int64_t skipped_in_row = 0;  // batches
};

/// Nothing helped.
class GaveUp : public Error {
 public:
  using Error::Error;
};

}  // namespace ganvas
