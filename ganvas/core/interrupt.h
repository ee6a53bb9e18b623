// Ctrl-C as a question that long work asks between two steps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// From here on Ctrl-C (SIGINT), SIGTERM and SIGHUP only set a flag, which interrupted() reads, so that
/// long work can save its state. A second Ctrl-C ends the process at once. A closed pipe is passed over.
void watch_interrupts();

/// What is said on standard error at the first signal, and at the one that ends the process: what is lost
/// by it. Texts of up to 300 bytes; none says nothing. Not for two threads at once.
void say_on_interrupt(const std::string& first, const std::string& second);

/// True once a signal came.
bool interrupted();

}  // namespace ganvas
