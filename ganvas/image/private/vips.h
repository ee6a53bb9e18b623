// libvips, started once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ganvas {

/// Starts libvips, once, with the decoders off that it calls unsafe. Threads may call it.
void start_vips();

}  // namespace ganvas
