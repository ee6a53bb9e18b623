// What a run will take, before it is begun.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ganvas/train/run_spec.h"

namespace ganvas {

/// What a run takes: measured by a few of its steps, a validation, and a look at what is saved. Bytes, seconds.
struct Plan {
  std::vector<std::pair<std::string, int64_t>> parameters;  // of each network
  int64_t samples = 0, steps = 0, validations = 0, checkpoints = 0;
  double seconds_a_step = 0, seconds_a_validation = 0;
  double memory = 0;           // of the processor, resident at most, with what is kept of the data
  double memory_a_sample = 0;  // of that, for each sample of a batch
  double cache = 0;            // of that, decoded images kept from epoch to epoch
  double free_memory = 0;
  double checkpoint = 0, weights = 0;  // a file each
  double disk = 0, free_disk = 0;

  double seconds() const {
    return seconds_a_step * static_cast<double>(steps) +
           seconds_a_validation * static_cast<double>(validations);
  }

  /// The largest batch that fits into the memory that is free; 0 if not even one sample does.
  int64_t largest_batch(int64_t batch) const;
};

/// Rehearses a run. Writes nothing. Throws what a run would throw in its first steps.
Plan make_plan(const RunSpec& spec);

}  // namespace ganvas
