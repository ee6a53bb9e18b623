// Ctrl-C as a question that long work asks between two steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/interrupt.h"

#include <csignal>

namespace ganvas {
namespace {

volatile std::sig_atomic_t signalled = 0;

void on_signal(int number) {
  signalled = 1;
  std::signal(number, SIG_DFL);  // the next one ends the process
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGHUP, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is no reason to stop
}

bool interrupted() {
  return signalled != 0;
}

}  // namespace ganvas
