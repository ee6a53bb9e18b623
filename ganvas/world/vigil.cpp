// Whether the other processes are still there.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/world/vigil.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <c10/util/StringUtil.h>

#include "ganvas/world/bytes.h"

namespace ganvas {
namespace {

using std::chrono::seconds;

constexpr auto kGone = " is gone or does not answer; --resume goes on from the newest checkpoint";
constexpr auto kBeat = std::chrono::milliseconds(1000);
constexpr auto kMostSilence =
    seconds(55);  // after half a minute without a network TCP tries again at 51 s
constexpr auto kMostSilenceOfSuspect = seconds(6);  // where a connection broke

int64_t now() {
  return std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

/// Beats of the processes that this one watches, and when they were last new.
struct Vigil::Heard {
  struct One {
    int64_t rank, beats = -1, when = now();
    std::string who;  // empty until it has come
  };
  std::vector<One> all;
};

Vigil::Vigil(const ProcessPlace& place, c10::intrusive_ptr<c10d::Store> store,
             std::function<void(const std::string&)> end)
    : place_(place),
      store_(std::move(store)),
      end_(std::move(end)),
      heard_(std::make_unique<Heard>()) {
  // The first watches all, and all watch the first: the others' silence is what it tells.
  const int64_t last = place_.rank == 0 ? place_.size : 1;
  for (int64_t rank = place_.rank == 0 ? 1 : 0; rank < last; ++rank) {
    heard_->all.push_back({.rank = rank, .who = ""});
  }
  last_look_ = last_sight_ = now();
  watching_ = std::thread([this] { watch(); });
  guarding_ = std::thread([this] { guard(); });
}

Vigil::~Vigil() {
  stop();
}

void Vigil::saw_all() {
  last_sight_ = now();
}

void Vigil::stop() {
  is_over_ = true;
  for (auto* thread : {&watching_, &guarding_}) {
    if (thread->joinable()) thread->join();
  }
}

std::string Vigil::announce(c10d::Store& store, const std::string& sentence) {
  return text_of(store.compareSet("end", {}, bytes_of(sentence)));
}

void Vigil::watch() {
  while (!is_over_) {
    std::string why;
    try {
      look();
      last_look_ = now();
      if (store_->check({"end"})) why = text_of(store_->get("end"));
      if (why.empty()) why = silent_one();
      if (!why.empty()) why = announce(*store_, why);
      if (!why.empty()) store_->add("heard", 1);
    } catch (const std::exception&) {  // the store went away with who holds it
      if (is_over_) return;
      why = holder_of_store() + kGone;
    }
    if (!why.empty() && !is_over_) {
      end_(why);
      return;
    }
    for (int i = 0; i < 10 && !is_over_; ++i) std::this_thread::sleep_for(kBeat / 10);
  }
}

std::string Vigil::holder_of_store() const {
  const auto& first = heard_->all[0].who;
  if (!place_.has_agent && place_.rank > 0 && !first.empty()) return first;
  return c10::str("the store at ", place_.address, ":", place_.port);
}

/// A process that is stopped, or a network that is away, answers nothing and breaks nothing.
void Vigil::guard() {
  while (!is_over_) {
    if (now() - std::max<int64_t>(last_look_, last_sight_) > kMostSilence.count()) {
      end_(holder_of_store() + kGone);
      return;
    }
    std::this_thread::sleep_for(kBeat / 10);
  }
}

/// Says that this one lives, and hears the others.
void Vigil::look() {
  store_->add(c10::str("beat/", place_.rank), 1);
  if (is_suspicious_) store_->set("suspect", bytes_of("yes"));
  if (store_->check({"suspect"})) is_suspicious_ = true;
  for (auto& other : heard_->all) {
    const auto name = c10::str("who/", other.rank);
    if (other.who.empty() && !store_->check({name})) continue;
    if (other.who.empty()) other.who = text_of(store_->get(name));
    const auto beats = store_->add(c10::str("beat/", other.rank), 0);
    if (beats != other.beats) other.when = now();
    other.beats = beats;
  }
}

std::string Vigil::silent_one() {
  const auto most = (is_suspicious_ ? kMostSilenceOfSuspect : kMostSilence).count();
  for (const auto& other : heard_->all) {
    if (!other.who.empty() && now() - std::max<int64_t>(other.when, last_sight_) > most)
      return other.who + kGone;
  }
  return "";
}

}  // namespace ganvas
