// Ctrl-C as a question that long work asks between two steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/interrupt.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <unistd.h>

namespace ganvas {
namespace {

std::atomic<bool> signalled = false;
std::atomic<bool> has_ctrl_c = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal's handler may use it");

/// Both texts, ready for a signal's handler, which may neither allocate nor lock.
struct Texts {
  std::array<char, 320> first{}, second{};
};
std::array<Texts, 2> texts;  // one is read while the other is written
std::atomic<const Texts*> current = nullptr;

void put(const std::array<char, 320>& text) {
  [[maybe_unused]] const auto written =
      ::write(STDERR_FILENO, text.data(), std::strlen(text.data()));
}

/// A closed terminal and a batch system's end may send several; only a second Ctrl-C ends at once.
void on_signal(int number) {
  const int error = errno;
  const Texts* said = current.load();
  const bool is_first = !signalled.exchange(true);
  if (is_first && said != nullptr) put(said->first);
  if (number == SIGINT && has_ctrl_c.exchange(true)) {
    if (said != nullptr) put(said->second);
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  errno = error;
}

void fill(std::array<char, 320>& to, const std::string& text) {
  to.fill(0);
  if (text.empty()) return;
  std::string line(1, '\n');
  line += text.substr(0, to.size() - 3);
  line += '\n';
  std::copy(line.begin(), line.end(), to.begin());
}

}  // namespace

void watch_interrupts() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // What nohup and the like have ignored stays so.
    if (std::signal(number, on_signal) == SIG_IGN) std::signal(number, SIG_IGN);
  }
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is no reason to stop
}

void say_on_interrupt(const std::string& first, const std::string& second) {
  if (first.empty() && second.empty()) {
    current = nullptr;
    return;
  }
  auto& next = current == &texts[0] ? texts[1] : texts[0];
  fill(next.first, first);
  fill(next.second, second);
  current = &next;
}

bool interrupted() {
  return signalled;
}

}  // namespace ganvas
