// The first directory of a TIFF, of which EXIF is one too.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/tiff_directory.h"

#include <algorithm>

namespace ganvas {
namespace {

constexpr uint64_t kXResolution = 282, kYResolution = 283, kResolutionUnit = 296;
constexpr uint64_t kMostEntries = 1000;

uint64_t number_in(const std::string& bytes, bool is_little_endian) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const size_t at = is_little_endian ? bytes.size() - 1 - i : i;
    number = number << 8 | static_cast<uint8_t>(bytes[at]);
  }
  return number;
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
  directory.count_place = is_big ? number(8, 8) : number(4, 4);
  const auto count = number(directory.count_place, directory.count_size);
  if (count == 0 || count > kMostEntries) return {};
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t place = directory.count_place + directory.count_size + i * directory.entry_size;
    if (read(place, directory.entry_size).size() < directory.entry_size) return {};
    directory.entries.push_back(
        {place, number(place, 2), number(place + directory.value_offset, 2)});
  }
  return directory;
}

bool states_resolution(const TiffDirectory& directory) {
  constexpr uint64_t kInch = 2, kCentimetre = 3;
  const auto* unit = directory.find(kResolutionUnit);
  const auto value = unit == nullptr ? kInch : unit->value;  // the default of TIFF
  return directory.find(kXResolution) != nullptr && (value == kInch || value == kCentimetre);
}

std::string without_resolution(const std::string& packet) {
  const auto directory = first_directory([&](uint64_t place, size_t count) {
    return place < packet.size() ? packet.substr(place, count) : "";
  });
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
  const auto end = begin + directory->entries.size() * directory->entry_size;
  constexpr size_t kNext = 4;  // bytes that point to the next directory
  kept += packet.substr(end, kNext);
  kept.resize(end + kNext - begin, '\0');
  auto changed = packet;
  changed.replace(directory->count_place, directory->count_size,
                  directory->bytes_of(count, directory->count_size));
  changed.replace(begin, kept.size(), kept);
  return changed.substr(0, packet.size());
}

}  // namespace ganvas
