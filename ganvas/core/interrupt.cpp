// Ctrl-C as a question that long work asks between two steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/interrupt.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include <unistd.h>

namespace ganvas {
namespace {

volatile std::sig_atomic_t signalled = 0;

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

void on_signal(int number) {
  const Texts* said = current.load();
  if (signalled == 0) {
    signalled = 1;
    if (said != nullptr) put(said->first);
    return;
  }
  if (said != nullptr) put(said->second);
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void fill(std::array<char, 320>& to, const std::string& text) {
  to.fill(0);
  if (text.empty()) return;
  const auto line = "\n" + text.substr(0, to.size() - 3) + "\n";
  std::copy(line.begin(), line.end(), to.begin());
}

}  // namespace

void watch_interrupts() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is no reason to stop
}

void say_on_interrupt(const std::string& first, const std::string& second) {
  auto& next = current == &texts[0] ? texts[1] : texts[0];
  fill(next.first, first);
  fill(next.second, second);
  current = &next;
}

bool interrupted() {
  return signalled != 0;
}

}  // namespace ganvas
