// What a server tells all pages that listen.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/event_stream.h"

namespace ganvas {

EventStream::Place EventStream::end() const {
  const std::scoped_lock lock(mutex_);
  return {first_ + kept_.size()};
}

void EventStream::publish(const std::string& message) {
  const std::scoped_lock lock(mutex_);
  kept_.push_back("data: " + message + "\n\n");
  if (kept_.size() > kMostKept) {
    kept_.pop_front();
    ++first_;
  }
}

std::string EventStream::read(Place& place) const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  if (place.next < first_) {
    text = "event: lost\ndata: {}\n\n";
    place.next = first_;
  }
  for (; place.next < first_ + kept_.size(); ++place.next) text += kept_[place.next - first_];
  return text;
}

}  // namespace ganvas
