// The first directory of a TIFF, of which EXIF is one too. For image/*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ganvas {

/// A part of a file or of a packet, shorter where that ends.
using ReadBytes = std::function<std::string(uint64_t place, size_t count)>;

struct TiffEntry {
  uint64_t place = 0;  // of the whole entry
  uint64_t tag = 0;
  uint64_t value = 0;  // its first two bytes, which is a whole short
};

/// TIFF 6.0, section 2, and BigTIFF.
struct TiffDirectory {
  bool is_little_endian = true;
  uint64_t count_place = 0, count_size = 2;  // of the number of entries
  uint64_t entry_size = 12, value_offset = 8;
  std::vector<TiffEntry> entries;

  const TiffEntry* find(uint64_t tag) const;

  /// A number as this file has it.
  std::string bytes_of(uint64_t number, size_t size) const;
};

/// Nothing where the bytes are no TIFF, or are cut off.
std::optional<TiffDirectory> first_directory(const ReadBytes& read);

/// True if the directory says how many pixels there are to an inch or a centimetre.
bool states_resolution(const TiffDirectory& directory);

/// The first bytes of an EXIF packet (behind "Exif", as long as the result) without what its first
/// directory says of the resolution; the rest stays where it is. Packets that are none stay as they are.
std::string without_resolution(const std::string& packet);

}  // namespace ganvas
