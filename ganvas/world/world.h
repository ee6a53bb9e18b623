// The processes that train one run together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/core/tensor.h"
#include "ganvas/world/place.h"

namespace ganvas {

/// What the processes of a run do together, over libtorch's c10d (Gloo). One process alone needs nobody, and all of this
/// costs it nothing.
///
/// All processes make the same calls in the same order. One that dies, is stopped, or fails (fail()) ends them all within
/// a minute, each with the same sentence: a thread of each watches. Calls are for one thread.
class World {
 public:
  /// A process alone.
  World();

  /// Meets the others, and tries out with known numbers whether libtorch's headers and library fit.
  ///   Throws UsageError if the place cannot be had or the others do not come.
  explicit World(const ProcessPlace& place);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  int64_t rank() const { return place_.rank; }
  int64_t size() const { return place_.size; }
  bool is_first() const { return place_.rank == 0; }
  bool is_alone() const { return place_.size == 1; }
  const ProcessPlace& place() const { return place_; }

  /// Adds up a contiguous tensor over all processes, in place, in a fixed order: the same bits everywhere, each time.
  void sum(const Tensor& tensor);

  /// The same, begun and then waited for, while other work goes on.
  class Pending {
   public:
    virtual ~Pending() = default;
    virtual void wait() = 0;
  };
  std::unique_ptr<Pending> begin_sum(const Tensor& tensor);

  /// True in all processes if it is in one.
  bool any(bool mine);

  /// Copies the first process' tensors to the others, in place.
  void copy_from_first(const std::vector<Tensor>& tensors);

  /// The first process' tensors, whatever the others have.
  NamedTensors tensors_from_first(const NamedTensors& mine);

  /// What the first process says, in all of them; only there `speak` is called. What it throws is thrown by all.
  std::string from_first(const std::function<std::string()>& speak);

  /// Seconds that this process has waited for others so far.
  double seconds_waited() const { return seconds_waited_; }

  /// Goes on when all have come here.
  void meet();

  /// Throws UsageError in all processes if they do not say the same, naming the first line that differs.
  ///   what: lines "name value"
  void require_same(const std::string& what);

  /// Ends all processes with this sentence, after an error of this one alone.
  ///   returns: what the others say, if it comes to that
  std::string fail(const std::string& sentence);

  /// The run is over in all of them: nobody is watched any more. Before the end of the process.
  void leave();

 private:
  struct Group;
  void guarded(const std::function<void()>& work);
  void finish(const std::function<void()>& wait);
  void connect(const std::function<void(const std::string&)>& end);
  bool holds_store() const { return is_first() && !place_.has_agent; }
  void wait_for_all();
  void count_neighbours();
  void try_out();

  ProcessPlace place_;
  std::unique_ptr<Group> group_;  // none for one alone
  double seconds_waited_ = 0;
  bool all_have_it_ = false;  // the error that was thrown last
};

}  // namespace ganvas
