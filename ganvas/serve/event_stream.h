// What a server tells all pages that listen: one line after the other, none kept for long.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace ganvas {

/// The newest messages, numbered. A reader that is too slow for them loses some and is told; nobody's slowness
/// takes memory. Threads may share it.
class EventStream {
 public:
  /// What a reader has got so far.
  struct Place {
    uint64_t next = 0;
  };

  /// From now on.
  Place end() const;

  void publish(const std::string& message);

  /// The messages from a place on, in the form of text/event-stream, none if there are no new ones. If some are
  /// gone, "event: lost" comes first.
  std::string read(Place& place) const;

 private:
  static constexpr size_t kMostKept = 256;

  mutable std::mutex mutex_;
  std::deque<std::string> kept_;
  uint64_t first_ = 0;  // number of kept_.front()
};

}  // namespace ganvas
