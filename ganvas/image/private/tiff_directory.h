// The first directory of a TIFF, of which EXIF is one too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

  /// The place behind the entries, where the next directory is named.
  uint64_t end() const { return count_place + count_size + entries.size() * entry_size; }

  /// A number as this file has it.
  std::string bytes_of(uint64_t number, size_t size) const;
};

/// What a directory says in words of an image and who made it, by tag: ImageDescription (270), Make, Model,
/// Software, DateTime, Artist, Copyright.
using TiffTexts = std::map<uint64_t, std::string>;

/// Nothing where the bytes are no TIFF, or are cut off.
std::optional<TiffDirectory> first_directory(const ReadBytes& read);

TiffTexts texts_of(const TiffDirectory& directory, const ReadBytes& read);

/// The bytes of the same directory with these texts, to be put at `place`, which is even.
std::string directory_with(const TiffTexts& texts, const TiffDirectory& directory,
                           const ReadBytes& read, uint64_t place);

/// True if the directory says how many pixels there are to an inch or a centimetre.
bool states_resolution(const TiffDirectory& directory);

/// Where an EXIF packet begins behind the mark that some put before it.
size_t begin_of_exif(const std::string& bytes);

/// The same of an EXIF packet, what stands behind "Exif".
bool states_resolution(const std::string& packet);
TiffTexts texts_of(const std::string& packet);

/// An EXIF packet of the same length without what its first directory says of the resolution; the rest
/// stays where it is. Packets that are none stay as they are.
std::string without_resolution(const std::string& packet);

/// An EXIF packet that says that its image lies as it is stored, and has this size.
std::string for_upright(const std::string& packet, uint64_t width, uint64_t height);

/// An EXIF packet with these texts; what they stood in before stays in it as bytes that nothing names.
std::string with_texts(const std::string& packet, const TiffTexts& texts);

/// An EXIF packet of texts alone.
std::string exif_of(const TiffTexts& texts);

/// An EXIF packet of the same length without the second directory and its thumbnail, which shows the image
/// as it was.
std::string without_thumbnail(const std::string& packet);

}  // namespace ganvas
