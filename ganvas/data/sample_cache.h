// Values by number that are expensive to make, kept while there is room.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Values by number, which are equal when they are asked for again. The first to come are
/// kept, none makes room for another: epochs ask for all of them equally often, so that throwing one
/// out for the next would keep none. Threads may share one.
///
///   Value: a number of tensors in a member function tensors(), or more
template <typename Value>
class SampleCache {
 public:
  /// most_bytes: of all tensors together
  SampleCache(int64_t count, int64_t most_bytes)
      : values_(static_cast<size_t>(count)), room_(most_bytes) {}

  /// Value i: the kept one, or what make() gives.
  template <typename Make>
  Value get(int64_t i, const Make& make) {
    const auto n = static_cast<size_t>(i);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (values_.at(n)) return *values_[n];
    }
    Value value = make();  // perhaps by two threads at once; they make the same
    int64_t bytes = 0;
    for (const auto& tensor : value.tensors()) bytes += static_cast<int64_t>(tensor.nbytes());
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!values_[n] && bytes <= room_) {
      values_[n] = value;
      room_ -= bytes;
    }
    return value;
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::vector<std::optional<Value>> values_;
  int64_t room_;
};

}  // namespace ganvas
