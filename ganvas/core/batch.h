// The tensors of one step.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include <ATen/ops/narrow.h>

#include "ganvas/core/error.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// The label of an image whose class is not known.
inline constexpr int64_t kNoLabel = -1;

/// The images of one training step. `a` is the source domain, `b` the target domain.
///
///   a: [N, C_a, H, W] float in [-1, 1]
///   b: [N, C_b, s H, s W] float in [-1, 1], s the spec's scale; where the data are one set, as a
///   label_a, label_b: [N] int64, the class of each image; undefined where the data have none
struct Batch {
  Tensor a, b;
  Tensor label_a = {}, label_b = {};
  int64_t step = 0;  // of the run, counted from 0
  int64_t part = 0;  // of those that the step's batch is computed in

  int64_t size() const { return a.size(0); }

  /// The batch cut into parts as equal as can be, in its order; as many as it has samples at most.
  std::vector<Batch> parts(int64_t count) const {
    count = std::max<int64_t>(1, std::min(count, size()));
    std::vector<Batch> all;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t first = i * size() / count, end = (i + 1) * size() / count;
      all.push_back(changed([&](const Tensor& t) { return t.narrow(0, first, end - first); }));
      all.back().part = i;
    }
    return all;
  }

  /// The batch on a device; from pinned memory without waiting for the copies.
  Batch to(at::Device device) const {
    return changed([&](const Tensor& t) { return t.to(device, t.scalar_type(), t.is_pinned()); });
  }

  /// The same numbers in tensors of its own.
  Batch copied() const {
    return changed([](const Tensor& t) { return t.clone(); });
  }

  /// Takes the numbers of another batch of the same shapes into its own tensors.
  void take(const Batch& other) {
    const auto into = [](Tensor& to, const Tensor& from) {
      require(to.defined() == from.defined() && (!to.defined() || to.sizes() == from.sizes()),
              "batch: got one of another shape than those before it");
      if (to.defined()) to.copy_(from);
    };
    into(a, other.a);
    into(b, other.b);
    into(label_a, other.label_a);
    into(label_b, other.label_b);
    step = other.step;
  }

  /// The batch in memory that a GPU can fetch by itself. Throws where there is none.
  Batch pinned() const {
    return changed([](const Tensor& t) { return t.pin_memory(); });
  }

 private:
  template <typename Change>
  Batch changed(const Change& change) const {
    const auto of = [&](const Tensor& t) { return t.defined() ? change(t) : t; };
    return {of(a), of(b), of(label_a), of(label_b), step, part};
  }
};

}  // namespace ganvas
