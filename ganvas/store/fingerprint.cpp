// Which file it was.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/fingerprint.h"

#include <array>
#include <fstream>
#include <memory>

#include <glib.h>

#include "ganvas/core/error.h"

namespace ganvas {

std::string fingerprint(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), path.string(), ": cannot be read");
  const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> sum(
      g_checksum_new(G_CHECKSUM_SHA256), g_checksum_free);
  std::array<char, 1 << 16> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    g_checksum_update(sum.get(), reinterpret_cast<const guchar*>(part.data()), file.gcount());
  }
  return g_checksum_get_string(sum.get());
}

}  // namespace ganvas
