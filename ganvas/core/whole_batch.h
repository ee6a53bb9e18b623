// A step's batch of which this process computes a part.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Where this process' samples lie in a batch that several processes compute together, and how it learns of the others'.
/// They draw and decide for the whole batch alike, so that a step does not depend on how many they are.
struct WholeBatch {
  int64_t first = 0, count = 1;  // this process has samples [first, first + count)
  int64_t size = 1;              // of all processes together
  bool has_one_norm = true;      // batch norms are of all of it, else of each process' part

  /// Adds up a tensor over all processes, in place, to the same bits everywhere. All of them must call it.
  std::function<void(const Tensor&)> sum;

  /// This process' part of what is there for each sample: [k size, ...] in k groups gives [k count, ...], and [size / k,
  /// ...] of packs of k samples [count / k, ...].
  Tensor mine(const Tensor& all) const;

  /// The sum over all processes. Gradients of any order go through it, to all of them.
  Tensor total(const Tensor& mine) const;

  /// The other way round, from all processes, with their gradients: [k count, ...] gives [k size, ...].
  Tensor all(const Tensor& mine) const;

  /// The mean over the batch of what is a mean over this process' samples, with its gradient.
  Tensor mean(const Tensor& mine) const;
};

/// That of the step that this thread computes; null if the process computes all of it.
const WholeBatch* whole_batch();

/// For losses that compare samples with each other: what is asked for of the whole batch, where this process computes a
/// part of it, else of its samples.
Tensor mean_of_batch(const Tensor& mine);
Tensor all_of_batch(const Tensor& mine);

/// Inside the scope whole_batch() is this one. A scope of the thread.
class WholeBatchScope {
 public:
  /// whole: may be null
  explicit WholeBatchScope(const WholeBatch* whole);
  ~WholeBatchScope();
  WholeBatchScope(const WholeBatchScope&) = delete;
  WholeBatchScope& operator=(const WholeBatchScope&) = delete;

 private:
  const WholeBatch* before_;
};

}  // namespace ganvas
