// The parts that files of images are made of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/file_parts.h"

#include <algorithm>

namespace ganvas {
namespace {

constexpr size_t kMostChunks = 10000;

}  // namespace

uint32_t big_endian(std::string_view bytes, size_t place, int size) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[place + static_cast<size_t>(i)]);
  }
  return value;
}

std::string four_bytes(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string bytes_at(std::ifstream& file, uint64_t place, size_t count) {
  std::string bytes(count, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(place));
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
  return bytes;
}

std::vector<Chunk> png_chunks(std::ifstream& file) {
  std::vector<Chunk> chunks;
  bool has_pixels = false;
  for (uint64_t place = kPngSignature;;) {
    const auto head = bytes_at(file, place, 8);
    if (head.size() < 8) return chunks;
    Chunk chunk{place, big_endian(head, 0, 4), head.substr(4)};
    const bool is_end = chunk.type == "IEND" || chunks.size() == kMostChunks;
    if (is_end) return chunks;
    place += kChunkFrame + chunk.length;
    const bool is_of_pixels = chunk.type == "IDAT";
    if (!is_of_pixels || !has_pixels) chunks.push_back(std::move(chunk));
    has_pixels |= is_of_pixels;
  }
}

std::vector<Chunk> webp_chunks(std::ifstream& file) {
  std::vector<Chunk> chunks;
  for (uint64_t place = 12;;) {
    const auto head = bytes_at(file, place, 8);
    if (head.size() < 8 || chunks.size() == kMostChunks) return chunks;
    std::string length = head.substr(4);
    std::reverse(length.begin(), length.end());
    const Chunk chunk{place, big_endian(length, 0, 4), head.substr(0, 4)};
    place += 8 + uint64_t{chunk.length} + chunk.length % 2;
    chunks.push_back(chunk);
  }
}

ReadBytes reader_of(std::ifstream& file) {
  return [&file](uint64_t place, size_t count) { return bytes_at(file, place, count); };
}

std::optional<TiffDirectory> directory_of(std::ifstream& file) {
  return first_directory(reader_of(file));
}

bool is_one_of(const std::string& type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace ganvas
