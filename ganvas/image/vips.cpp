// libvips, started once.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/vips.h"

#include <mutex>

#include <vips/vips8>

#include "ganvas/core/error.h"

namespace ganvas {

void start_vips() {
  static std::once_flag once;
  std::call_once(once, [] {
    const bool started = VIPS_INIT("ganvas") == 0;  // before its error buffer may be read
    require(started, "libvips does not start: ", vips_error_buffer());
    vips_block_untrusted_set(TRUE);
    // Only files that begin as JPEG XL get there; its library is fuzzed as the others' are.
    vips_operation_block_set("VipsForeignLoadJxl", FALSE);
    vips_operation_block_set("VipsForeignSaveJxl", FALSE);
    vips_concurrency_set(1);  // the loader has its own threads
    vips_cache_set_max(0);
    // Damage that fails a read is an exception here; libvips need not also print it.
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, [](auto, auto, auto, auto) {}, nullptr);
  });
}

}  // namespace ganvas
