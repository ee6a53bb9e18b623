// Ctrl-C as a question that long work asks between two steps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ganvas {

/// From here on Ctrl-C (SIGINT), SIGTERM and SIGHUP only set a flag, which interrupted() reads, so that
/// long work can save its state. A second signal ends the process at once. A closed pipe is passed over.
void watch_interrupts();

/// True once a signal came.
bool interrupted();

}  // namespace ganvas
