// The first directory of a TIFF, of which EXIF is one too.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/tiff_directory.h"

#include <algorithm>
#include <array>

namespace ganvas {
namespace {

constexpr uint64_t kXResolution = 282, kYResolution = 283, kResolutionUnit = 296;
constexpr uint64_t kMostEntries = 1000;
constexpr size_t kNextSize = 4;  // bytes of EXIF that point to the next directory

constexpr uint64_t kAscii = 2;  // the type of a text

// ImageDescription, Make, Model, Software, DateTime, Artist, Copyright.
constexpr std::array<uint64_t, 7> kTextTags = {270, 271, 272, 305, 306, 315, 33432};

uint64_t number_in(const std::string& bytes, bool is_little_endian) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const size_t at = is_little_endian ? bytes.size() - 1 - i : i;
    number = number << 8 | static_cast<uint8_t>(bytes[at]);
  }
  return number;
}

ReadBytes reader_of(const std::string& packet) {
  return [&packet](uint64_t place, size_t count) {
    return place < packet.size() ? packet.substr(place, count) : std::string();
  };
}

std::optional<TiffDirectory> directory_of(const std::string& packet) {
  return first_directory(reader_of(packet));
}

}  // namespace

const TiffEntry* TiffDirectory::find(uint64_t tag) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [tag](const TiffEntry& entry) { return entry.tag == tag; });
  return found == entries.end() ? nullptr : &*found;
}

std::string TiffDirectory::bytes_of(uint64_t number, size_t size) const {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * i);
  if (!is_little_endian) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

namespace {

/// Reads the entries of the directory at `place`; false where it is cut off, empty or too long.
bool read_entries(TiffDirectory& directory, const ReadBytes& read, uint64_t place) {
  const auto number = [&](uint64_t from, size_t size) {
    return number_in(read(from, size), directory.is_little_endian);
  };
  directory.count_place = place;
  directory.entries.clear();
  const auto count = number(place, directory.count_size);
  if (count == 0 || count > kMostEntries) return false;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t entry = place + directory.count_size + i * directory.entry_size;
    if (read(entry, directory.entry_size).size() < directory.entry_size) return false;
    directory.entries.push_back(
        {entry, number(entry, 2), number(entry + directory.value_offset, 2)});
  }
  return true;
}

}  // namespace

std::optional<TiffDirectory> first_directory(const ReadBytes& read) {
  const auto order = read(0, 2);
  if (order != "II" && order != "MM") return {};
  TiffDirectory directory;
  directory.is_little_endian = order == "II";
  const auto number = [&](uint64_t place, size_t size) {
    return number_in(read(place, size), directory.is_little_endian);
  };
  const auto version = number(2, 2);
  if (version != 42 && version != 43) return {};
  const bool is_big = version == 43;
  if (is_big) {
    directory.count_size = 8;
    directory.entry_size = 20;
    directory.value_offset = 12;
  }
  if (!read_entries(directory, read, is_big ? number(8, 8) : number(4, 4))) return {};
  return directory;
}

TiffTexts texts_of(const TiffDirectory& directory, const ReadBytes& read) {
  constexpr uint64_t kMostText = 1 << 16;
  const size_t length_size = directory.value_offset - 4;  // of the number of values
  TiffTexts texts;
  for (const auto tag : kTextTags) {
    const auto* entry = directory.find(tag);
    if (entry == nullptr) continue;
    const auto number = [&](uint64_t offset, size_t size) {
      return number_in(read(entry->place + offset, size), directory.is_little_endian);
    };
    const auto length = number(4, length_size);
    if (number(2, 2) != kAscii || length == 0 || length > kMostText) continue;
    const auto value = entry->place + directory.value_offset;
    const auto place = length <= length_size ? value : number(directory.value_offset, length_size);
    auto text = read(place, length);
    text.resize(std::min(text.find('\0'), text.size()));
    if (!text.empty()) texts[tag] = text;
  }
  return texts;
}

TiffTexts texts_of(const std::string& packet) {
  const auto directory = directory_of(packet);
  return directory ? texts_of(*directory, reader_of(packet)) : TiffTexts();
}

std::string directory_with(const TiffTexts& texts, const TiffDirectory& directory,
                           const ReadBytes& read, uint64_t place) {
  std::map<uint64_t, std::string> entries;  // a TIFF has them in the order of their tags
  for (const auto& entry : directory.entries) {
    entries[entry.tag] = read(entry.place, directory.entry_size);
  }
  for (const auto& [tag, text] : texts) entries[tag] = "";
  const size_t offset_size = directory.value_offset - 4;
  auto behind = place + directory.count_size + entries.size() * directory.entry_size + offset_size;
  std::string bytes = directory.bytes_of(entries.size(), directory.count_size), values;
  for (const auto& [tag, entry] : entries) {
    const auto text = texts.find(tag);
    if (text == texts.end()) {
      bytes += entry;
      continue;
    }
    auto value = text->second + '\0';
    bytes += directory.bytes_of(tag, 2) + directory.bytes_of(kAscii, 2) +
             directory.bytes_of(value.size(), offset_size);
    if (value.size() <= offset_size) {
      value.resize(offset_size, '\0');
      bytes += value;
      continue;
    }
    bytes += directory.bytes_of(behind + values.size(), offset_size);
    values += value + std::string(value.size() % 2, '\0');
  }
  return bytes + std::string(offset_size, '\0') + values;  // no directory follows
}

bool states_resolution(const TiffDirectory& directory) {
  constexpr uint64_t kInch = 2, kCentimetre = 3;
  const auto* unit = directory.find(kResolutionUnit);
  const auto value = unit == nullptr ? kInch : unit->value;  // the default of TIFF
  return directory.find(kXResolution) != nullptr && (value == kInch || value == kCentimetre);
}

bool states_resolution(const std::string& packet) {
  const auto directory = directory_of(packet);
  return directory && states_resolution(*directory);
}

size_t begin_of_exif(const std::string& bytes) {
  return bytes.rfind("Exif", 0) == 0 ? std::min<size_t>(6, bytes.size()) : 0;
}

namespace {

/// Puts a number into an entry of 16 or 32 bits, if the directory has it.
void set_number(std::string& packet, const TiffDirectory& directory, uint64_t tag,
                uint64_t number) {
  constexpr uint64_t kShort = 3, kLong = 4;
  const auto* entry = directory.find(tag);
  if (entry == nullptr) return;
  const auto type = number_in(packet.substr(entry->place + 2, 2), directory.is_little_endian);
  if (type != kShort && type != kLong) return;
  const size_t size = type == kShort ? 2 : 4;
  packet.replace(entry->place + directory.value_offset, size, directory.bytes_of(number, size));
}

/// The directory that an entry, or what stands behind the first one, points to.
std::optional<TiffDirectory> directory_at(const std::string& packet, const TiffDirectory& first,
                                          uint64_t place_of_pointer) {
  const auto place =
      number_in(packet.substr(std::min<size_t>(place_of_pointer, packet.size()), kNextSize),
                first.is_little_endian);
  auto directory = first;
  if (place == 0 || !read_entries(directory, reader_of(packet), place)) return {};
  return directory;
}

}  // namespace

std::string for_upright(const std::string& packet, uint64_t width, uint64_t height) {
  constexpr uint64_t kWidth = 256, kHeight = 257, kOrientation = 274, kExif = 34665;
  constexpr uint64_t kPixelsAcross = 0xa002, kPixelsDown = 0xa003;
  const auto first = directory_of(packet);
  if (!first) return packet;
  auto changed = packet;
  set_number(changed, *first, kOrientation, 1);
  set_number(changed, *first, kWidth, width);
  set_number(changed, *first, kHeight, height);
  const auto* pointer = first->find(kExif);
  if (pointer == nullptr) return changed;
  if (const auto exif = directory_at(packet, *first, pointer->place + first->value_offset)) {
    set_number(changed, *exif, kPixelsAcross, width);
    set_number(changed, *exif, kPixelsDown, height);
  }
  return changed;
}

std::string with_texts(const std::string& packet, const TiffTexts& texts) {
  constexpr size_t kPointer = 4;  // of the header, to the first directory
  const auto directory = directory_of(packet);
  if (!directory || directory->count_size != 2) return packet;
  auto changed = packet + std::string(packet.size() % 2, '\0');
  const auto place = changed.size();
  changed += directory_with(texts, *directory, reader_of(packet), place);
  return changed.replace(kPointer, 4, directory->bytes_of(place, 4));
}

std::string exif_of(const TiffTexts& texts) {
  const TiffDirectory empty;
  constexpr uint64_t kPlace = 8;  // behind the header
  return "II" + empty.bytes_of(42, 2) + empty.bytes_of(kPlace, 4) +
         directory_with(texts, empty, [](uint64_t, size_t) { return std::string(); }, kPlace);
}

std::string without_thumbnail(const std::string& packet) {
  constexpr uint64_t kThumbnail = 513, kThumbnailLength = 514;
  const auto first = directory_of(packet);
  if (!first || first->end() + kNextSize > packet.size()) return packet;
  auto changed = packet;
  changed.replace(first->end(), kNextSize, kNextSize, '\0');
  const auto second = directory_at(packet, *first, first->end());
  if (!second) return changed;
  const auto value = [&](uint64_t tag) {
    const auto* entry = second->find(tag);
    return entry == nullptr ? 0
                            : number_in(packet.substr(entry->place + second->value_offset, 4),
                                        second->is_little_endian);
  };
  const size_t begin = std::min<size_t>(value(kThumbnail), packet.size());
  const size_t length = std::min<size_t>(value(kThumbnailLength), packet.size() - begin);
  const bool is_of_the_rest = begin < second->end();  // a lie: it would erase what stays
  if (!is_of_the_rest) changed.replace(begin, length, length, '\0');
  return changed;
}

std::string without_resolution(const std::string& packet) {
  const auto directory = directory_of(packet);
  if (!directory) return packet;
  std::string kept;
  uint64_t count = 0;
  for (const auto& entry : directory->entries) {
    const bool is_of_resolution =
        entry.tag == kXResolution || entry.tag == kYResolution || entry.tag == kResolutionUnit;
    if (is_of_resolution) continue;
    kept += packet.substr(entry.place, directory->entry_size);
    ++count;
  }
  const auto begin = directory->count_place + directory->count_size;
  const auto end = directory->end();
  kept += packet.substr(end, kNextSize);
  kept.resize(end + kNextSize - begin, '\0');
  auto changed = packet;
  changed.replace(directory->count_place, directory->count_size,
                  directory->bytes_of(count, directory->count_size));
  changed.replace(begin, kept.size(), kept);
  return changed.substr(0, packet.size());
}

}  // namespace ganvas
