// What a picture file says beside its pixels that libvips does not carry.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/file_notes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>

#include <zlib.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/tiff_directory.h"

namespace ganvas {
namespace {

constexpr size_t kPngSignature = 8, kPngHeaderEnd = 33, kChunkFrame = 12;
constexpr size_t kMostNotes = 16 << 20;  // bytes of notes that are kept

using Bytes = std::string_view;

uint32_t big_endian(Bytes bytes, size_t place, int size) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[place + static_cast<size_t>(i)]);
  }
  return value;
}

/// A part of a file; shorter where the file ends.
std::string bytes_at(std::ifstream& file, uint64_t place, size_t count) {
  std::string bytes(count, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(place));
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
  return bytes;
}

struct Chunk {
  uint64_t place = 0;
  uint32_t length = 0;
  std::string type;
};

/// The chunks of a PNG.
std::vector<Chunk> png_chunks(std::ifstream& file) {
  std::vector<Chunk> chunks;
  for (uint64_t place = kPngSignature;;) {
    const auto head = bytes_at(file, place, 8);
    if (head.size() < 8) return chunks;
    Chunk chunk{place, big_endian(head, 0, 4), head.substr(4)};
    if (chunk.type == "IEND") return chunks;
    place += kChunkFrame + chunk.length;
    chunks.push_back(std::move(chunk));
  }
}

bool is_one_of(const std::string& type, std::initializer_list<Bytes> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

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
  for (const auto& chunk : png_chunks(file)) {
    if (chunk.length > kMostNotes) continue;
    const bool is_color = is_color_chunk(chunk);
    const bool is_text = is_one_of(chunk.type, {"tEXt", "zTXt", "iTXt"});
    if (!is_color && !is_text && !is_one_of(chunk.type, {"acTL", "pHYs"})) continue;
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
  for (uint64_t place = 2;;) {
    const auto head = bytes_at(file, place, 4);
    if (head.size() < 4 || head[0] != '\xff') return;
    const auto marker = static_cast<uint8_t>(head[1]);
    if (marker == 0xff) {  // filling
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

/// The chunks of a WebP.
std::vector<Chunk> webp_chunks(std::ifstream& file) {
  std::vector<Chunk> chunks;
  for (uint64_t place = 12;;) {
    const auto head = bytes_at(file, place, 8);
    if (head.size() < 8) return chunks;
    std::string length = head.substr(4);
    std::reverse(length.begin(), length.end());
    const Chunk chunk{place, big_endian(length, 0, 4), head.substr(0, 4)};
    place += 8 + uint64_t{chunk.length} + chunk.length % 2;
    chunks.push_back(chunk);
  }
}

void read_webp(std::ifstream& file, FileNotes& notes) {
  for (const auto& chunk : webp_chunks(file)) notes.is_exact |= chunk.type == "VP8L";
}

/// The directory of a TIFF file.
std::optional<TiffDirectory> directory_of(std::ifstream& file) {
  return first_directory(
      [&](uint64_t place, size_t count) { return bytes_at(file, place, count); });
}

void read_tiff(std::ifstream& file, FileNotes& notes) {
  const auto directory = directory_of(file);
  notes.states_resolution = directory && states_resolution(*directory);
}

/// An AVIF whose colours are stored without a matrix is taken for a lossless one.
void read_avif(std::ifstream& file, FileNotes& notes) {
  const auto head = bytes_at(file, 0, 1 << 14);
  const auto place = head.find("colrnclx");
  if (place == std::string::npos || place + 14 > head.size()) return;
  notes.is_exact = big_endian(head, place + 12, 2) == 0;
}

/// What is put at a place of a file instead of `erased` bytes.
struct Edit {
  uint64_t place = 0, erased = 0;
  std::string bytes;
};

/// A file that is removed unless it was renamed away.
struct Removed {
  fs::path path;
  ~Removed() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

/// Copies a part of a file.
void copy_part(std::ifstream& in, std::ofstream& out, uint64_t begin, uint64_t end) {
  std::string part(1 << 20, '\0');
  in.seekg(static_cast<std::streamoff>(begin));
  while (begin < end) {
    const auto count = static_cast<std::streamsize>(std::min<uint64_t>(part.size(), end - begin));
    in.read(part.data(), count);
    require(in.gcount() > 0, "a file that was just written cannot be read again");
    out.write(part.data(), in.gcount());
    begin += static_cast<uint64_t>(in.gcount());
  }
}

/// Makes edits, in the order of their places: in place where no byte moves, else in a new file.
void rewrite(const fs::path& path, const std::vector<Edit>& edits) {
  if (edits.empty()) return;
  const bool is_in_place = std::all_of(edits.begin(), edits.end(), [](const Edit& edit) {
    return edit.erased == edit.bytes.size();
  });
  if (is_in_place) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    for (const auto& edit : edits) {
      file.seekp(static_cast<std::streamoff>(edit.place));
      file << edit.bytes;
    }
    file.flush();
    if (!file.good()) refuse_writing(path, errno);
    return;
  }
  const Removed changed{path.string() + "+"};
  std::ifstream in(path, std::ios::binary);
  std::ofstream out(changed.path, std::ios::binary | std::ios::trunc);
  uint64_t done = 0;
  for (const auto& edit : edits) {
    copy_part(in, out, done, edit.place);
    out << edit.bytes;
    done = edit.place + edit.erased;
  }
  copy_part(in, out, done, fs::file_size(path));
  errno = 0;
  out.close();
  if (!out.good()) refuse_writing(path, errno != 0 ? errno : ENOSPC);
  fs::rename(changed.path, path);
}

/// A number as PNG has it.
std::string four_bytes(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

/// A chunk of a PNG with its frame.
std::string png_chunk(const std::string& type, const std::string& data) {
  const auto covered = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return four_bytes(static_cast<uint32_t>(data.size())) + covered +
         four_bytes(static_cast<uint32_t>(sum));
}

std::vector<Edit> png_edits(std::ifstream& file, const FileNotes& notes, Resolution resolution) {
  const auto chunks = png_chunks(file);
  const bool has_profile =
      std::any_of(chunks.begin(), chunks.end(), [](const Chunk& c) { return c.type == "iCCP"; });
  std::vector<Edit> edits;
  const auto added = (has_profile ? "" : notes.png_color) + notes.png_text;
  if (!added.empty()) edits.push_back({kPngHeaderEnd, 0, added});
  // Pixels are square, and nothing is said of their size.
  const auto square = png_chunk("pHYs", four_bytes(1) + four_bytes(1) + std::string(1, '\0'));
  bool had_exif = false;
  for (const auto& chunk : chunks) {
    const uint64_t length = kChunkFrame + chunk.length;
    const bool is_exif = chunk.type == "eXIf";
    if (is_exif && had_exif) {
      edits.push_back({chunk.place, length, ""});  // libpng writes it before the pixels and behind
    } else if (is_exif && resolution == Resolution::kUnknown) {
      const auto packet = bytes_at(file, chunk.place + 8, chunk.length);
      edits.push_back({chunk.place, length, png_chunk("eXIf", without_resolution(packet))});
    } else if (chunk.type == "pHYs" && resolution == Resolution::kUnknown) {
      edits.push_back({chunk.place, length, square});
    }
    had_exif |= is_exif;
  }
  return edits;
}

std::vector<Edit> jpeg_edits(std::ifstream& file, const FileNotes& notes, Resolution resolution) {
  const auto head = bytes_at(file, 0, 20);
  const bool has_jfif = head.size() == 20 && head.substr(6, 4) == "JFIF";
  std::vector<Edit> edits;
  const std::string no_unit("\0\0\1\0\1", 5);  // the sides of a pixel are as 1 to 1
  if (has_jfif && resolution == Resolution::kUnknown)
    edits.push_back({13, no_unit.size(), no_unit});
  const uint64_t behind_jfif = has_jfif ? 4 + uint64_t{big_endian(head, 4, 2)} : 2;
  const auto exif = bytes_at(file, behind_jfif, 10);
  // With EXIF libvips writes no JFIF header; it makes one of its own for the resolution.
  const bool has_exif =
      exif.size() == 10 && exif.substr(0, 2) == "\xff\xe1" && exif.substr(4, 4) == "Exif";
  const bool has_invented = has_exif && resolution == Resolution::kUnknown;
  std::string comments;
  for (const auto& text : notes.jpeg_comments) {
    const size_t length = text.size() + 2;
    comments +=
        std::string("\xff\xfe") + static_cast<char>(length >> 8) + static_cast<char>(length);
    comments += text;
  }
  const uint64_t length = has_invented ? 2 + uint64_t{big_endian(exif, 2, 2)} : 0;
  const uint64_t erased = notes.has_exif ? 0 : length;
  if (!comments.empty() || erased > 0) edits.push_back({behind_jfif, erased, comments});
  if (length > erased) {
    const auto packet = bytes_at(file, behind_jfif + 10, length - 10);
    edits.push_back({behind_jfif + 10, packet.size(), without_resolution(packet)});
  }
  return edits;
}

std::vector<Edit> webp_edits(std::ifstream& file, Resolution resolution) {
  if (resolution == Resolution::kStated) return {};
  std::vector<Edit> edits;
  for (const auto& chunk : webp_chunks(file)) {
    if (chunk.type != "EXIF") continue;
    const auto all = bytes_at(file, chunk.place + 8, chunk.length);
    const size_t mark = all.rfind("Exif", 0) == 0 ? 6 : 0;  // which some write before it
    edits.push_back(
        {chunk.place + 8 + mark, all.size() - mark, without_resolution(all.substr(mark))});
  }
  return edits;
}

/// A TIFF that names no unit of its resolution.
std::vector<Edit> tiff_edits(std::ifstream& file, Resolution resolution) {
  constexpr uint64_t kResolutionUnit = 296;
  const auto directory = directory_of(file);
  const auto* unit = directory ? directory->find(kResolutionUnit) : nullptr;
  if (resolution == Resolution::kStated || unit == nullptr) return {};
  return {{unit->place + directory->value_offset, 2, directory->bytes_of(1, 2)}};
}

}  // namespace

FileNotes read_notes(const fs::path& path, const ImageFormat& format) {
  FileNotes notes;
  std::ifstream file(path, std::ios::binary);
  if (format.name == "PNG") read_png(file, notes);
  if (format.name == "JPEG") read_jpeg(file, notes);
  if (format.name == "WebP") read_webp(file, notes);
  if (format.name == "AVIF") read_avif(file, notes);
  if (format.name == "TIFF") read_tiff(file, notes);
  // Whether it was lossless a JPEG XL does not say in few words: nothing of it may be lost.
  if (format.name == "JPEG XL") notes.is_exact = true;
  return notes;
}

void add_notes(const fs::path& path, const ImageFormat& format, const FileNotes& notes,
               Resolution resolution) {
  std::ifstream file(path, std::ios::binary);
  if (format.name == "PNG") rewrite(path, png_edits(file, notes, resolution));
  if (format.name == "JPEG") rewrite(path, jpeg_edits(file, notes, resolution));
  if (format.name == "TIFF") rewrite(path, tiff_edits(file, resolution));
  if (format.name == "WebP") rewrite(path, webp_edits(file, resolution));
}

}  // namespace ganvas
