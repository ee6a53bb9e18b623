// What an image file says beside its pixels that libvips does not carry.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/file_notes.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <zlib.h>

#include "ganvas/core/files.h"
#include "ganvas/image/private/file_parts.h"

namespace ganvas {
namespace {

constexpr size_t kMostNotes = 16 << 20;  // bytes of notes that are kept

/// True for a chunk, whole with its frame, whose checksum is right.
bool is_sound(const std::string& chunk) {
  const size_t covered = chunk.size() - 8;  // type and data
  const auto* bytes = reinterpret_cast<const Bytef*>(chunk.data() + 4);
  return crc32(0, bytes, static_cast<uInt>(covered)) == big_endian(chunk, chunk.size() - 4, 4);
}

/// True for a chunk of colours that is as long as its type must be.
bool is_color_chunk(const Chunk& chunk) {
  static const std::map<std::string, uint32_t> lengths = {
      {"gAMA", 4}, {"cHRM", 32}, {"sRGB", 1}, {"cICP", 4}};
  const auto found = lengths.find(chunk.type);
  return found != lengths.end() && found->second == chunk.length;
}

void read_png(std::ifstream& file, FileNotes& notes) {
  bool is_behind_pixels = false;  // where texts alone count
  for (const auto& chunk : png_chunks(file)) {
    is_behind_pixels |= chunk.type == "IDAT";
    if (chunk.length > kMostNotes) continue;
    const bool is_color = is_color_chunk(chunk);
    const bool is_text = is_one_of(chunk.type, {"tEXt", "zTXt", "iTXt"});
    if (!is_color && !is_text && !is_one_of(chunk.type, {"acTL", "pHYs"})) continue;
    if (is_behind_pixels && !is_text) continue;
    const auto bytes = bytes_at(file, chunk.place, kChunkFrame + chunk.length);
    if (bytes.size() < kChunkFrame + chunk.length) return;
    if (!is_sound(bytes)) continue;
    if (is_color) notes.png_color += bytes;
    if (is_text && bytes.find("XML:com.adobe.xmp") != 8) notes.png_text += bytes;
    if (chunk.type == "acTL" && chunk.length >= 4) notes.frames = big_endian(bytes, 8, 4);
    // Pixels to a metre, or only the shape of a pixel.
    if (chunk.type == "pHYs" && chunk.length == 9) notes.states_resolution = bytes[16] == 1;
  }
}

void read_jpeg(std::ifstream& file, FileNotes& notes) {
  constexpr int kMostFilling = 1000;
  int filling = 0;
  for (uint64_t place = 2;;) {
    const auto head = bytes_at(file, place, 4);
    if (head.size() < 4 || head[0] != '\xff') return;
    const auto marker = static_cast<uint8_t>(head[1]);
    if (marker == 0xff) {  // filling
      if (++filling > kMostFilling) return;
      ++place;
      continue;
    }
    if (marker == 0xda || marker == 0xd9) return;  // pixels, or the end
    const auto length = big_endian(head, 2, 2);
    if (length < 2) return;
    if (marker == 0xe0 && length >= 10) {  // JFIF, whose unit 0 tells the shape of a pixel alone
      const auto jfif = bytes_at(file, place + 4, 8);
      if (jfif.size() == 8 && jfif.substr(0, 4) == "JFIF") notes.states_resolution = jfif[7] != 0;
    }
    if (marker == 0xfe) notes.jpeg_comments.push_back(bytes_at(file, place + 4, length - 2));
    place += 2 + length;
  }
}

void read_webp(std::ifstream& file, FileNotes& notes) {
  for (const auto& chunk : webp_chunks(file)) notes.is_exact |= chunk.type == "VP8L";
}

/// The packets of a JPEG XL in a container, but for those that are compressed.
void read_jxl(std::ifstream& file, FileNotes& notes) {
  notes.is_exact =
      true;  // whether it was lossless it does not say in few words: nothing may be lost
  if (bytes_at(file, 4, 4) != "JXL ") return;
  for (uint64_t place = 0;;) {
    const auto head = bytes_at(file, place, 8);
    if (head.size() < 8) return;
    const auto length = big_endian(head, 0, 4);
    const auto type = head.substr(4);
    if (length < 8) return;  // up to the end, or over 4 GB
    if (length <= kMostNotes && is_one_of(type, {"Exif", "xml "})) {
      const auto data = bytes_at(file, place + 8, length - 8);
      if (type == "xml ") notes.xmp = data;
      if (type == "Exif" && data.size() > 4) notes.exif = data.substr(4);
    }
    place += length;
  }
}

void read_tiff(std::ifstream& file, FileNotes& notes) {
  const auto directory = directory_of(file);
  if (!directory) return;
  notes.states_resolution = states_resolution(*directory);
  notes.texts = texts_of(*directory, reader_of(file));
}

/// An AVIF whose colours are stored without a matrix is taken for a lossless one.
void read_avif(std::ifstream& file, FileNotes& notes) {
  const auto head = bytes_at(file, 0, 1 << 14);
  const auto place = head.find("colrnclx");
  if (place == std::string::npos || place + 14 > head.size()) return;
  notes.is_exact = big_endian(head, place + 12, 2) == 0;
}

}  // namespace

FileNotes read_notes(const fs::path& path, const ImageFormat& format) {
  FileNotes notes;
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // headers are few bytes, far apart
  file.open(path, std::ios::binary);
  if (format.name == "PNG") read_png(file, notes);
  if (format.name == "JPEG") read_jpeg(file, notes);
  if (format.name == "WebP") read_webp(file, notes);
  if (format.name == "AVIF") read_avif(file, notes);
  if (format.name == "TIFF") read_tiff(file, notes);
  if (format.name == "JPEG XL") read_jxl(file, notes);
  return notes;
}

}  // namespace ganvas
