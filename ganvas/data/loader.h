// Batches, made ahead of time by worker threads, in an order that depends on the seed alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganvas/core/batch.h"
#include "ganvas/data/dataset.h"

namespace ganvas {

struct LoaderConfig {
  int64_t batch = 1;
  int64_t workers = 2;
  uint64_t seed = 0;
  int64_t first_batch = 0;  // where to begin: the loader's position after a resume
  bool pinned = false;      // batches in memory that a GPU can fetch while the processor goes on
  int64_t first = 0, count = 0;  // samples of each batch that are made; a count of 0 makes all
};

/// A batch and the complaints about files that had to be passed over to make it.
struct Loaded {
  Batch batch;
  std::vector<std::string> skipped;
};

/// An endless stream of batches: epoch after epoch, each in its own shuffled order.
///
/// Batch n is a pure function of the data, the seed and n, however many workers there are. A file
/// that cannot be read is passed over in favour of the next one. Owns its threads; next() is for
/// one thread.
class Loader {
 public:
  /// `data` must outlive the loader.
  Loader(const Dataset& data, const LoaderConfig& config);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Waits for the next batch. Throws Error if not one file of the data can be read.
  Loaded next();

 private:
  class Crew;
  std::unique_ptr<Crew> crew_;
};

}  // namespace ganvas
