// Whether the other processes are still there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include <torch/csrc/distributed/c10d/Store.hpp>

#include "ganvas/world/place.h"

namespace ganvas {

/// A thread that says once a second that this process lives, and ends it when another does not, or has said why it ends;
/// and one that ends it where the first is held up by a store that does not answer.
class Vigil {
 public:
  /// store: of its own, since it waits in it;  end: called from a thread with why, and does not come back
  Vigil(const ProcessPlace& place, c10::intrusive_ptr<c10d::Store> store,
        std::function<void(const std::string&)> end);
  ~Vigil();
  Vigil(const Vigil&) = delete;
  Vigil& operator=(const Vigil&) = delete;

  /// Says to all why they end: the first sentence counts. returns: that sentence
  static std::string announce(c10d::Store& store, const std::string& sentence);

  /// Something came about that all of them have a part in: they lived by then.
  void saw_all();

  /// A connection broke: whoever has not been heard of for some seconds is to blame.
  void suspect() { is_suspicious_ = true; }

  /// Nobody is watched any more: the run is over.
  void stop();

 private:
  void watch();
  void guard();
  void look();
  std::string silent_one();
  std::string holder_of_store() const;

  const ProcessPlace place_;
  c10::intrusive_ptr<c10d::Store> store_;
  const std::function<void(const std::string&)> end_;
  std::atomic<bool> is_over_ = false, is_suspicious_ = false;
  struct Heard;
  std::unique_ptr<Heard> heard_;
  std::atomic<int64_t> last_look_, last_sight_;  // seconds of the steady clock
  std::thread watching_, guarding_;
};

}  // namespace ganvas
