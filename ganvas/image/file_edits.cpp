// What is put into a file of an image that libvips has written, and taken out of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/file_edits.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include <zlib.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/private/file_parts.h"

namespace ganvas {
namespace {

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

/// A chunk of a PNG with its frame.
std::string png_chunk(const std::string& type, const std::string& data) {
  const auto covered = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return four_bytes(static_cast<uint32_t>(data.size())) + covered +
         four_bytes(static_cast<uint32_t>(sum));
}

// The keyword of XMP in an iTXt chunk, in UTF-8 and not compressed, without language and translation.
const std::string kXmpKeyword("XML:com.adobe.xmp\0\0\0\0\0", 22);

/// True for a text of Latin-1, as libvips 8.14 writes XMP, which is UTF-8.
bool is_xmp(std::ifstream& file, const Chunk& chunk) {
  return bytes_at(file, chunk.place + 8, 18) == kXmpKeyword.substr(0, 18);
}

std::vector<Edit> png_edits(std::ifstream& file, const Beside& beside) {
  const auto& notes = beside.notes;
  const auto resolution = beside.resolution;
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
    } else if (is_one_of(chunk.type, {"zTXt", "tEXt"}) && is_xmp(file, chunk)) {
      edits.push_back({chunk.place, length, png_chunk("iTXt", kXmpKeyword + beside.xmp)});
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

std::vector<Edit> jpeg_edits(std::ifstream& file, const Beside& beside) {
  const auto& notes = beside.notes;
  const auto resolution = beside.resolution;
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
  const uint64_t erased = notes.has_exif || !notes.texts.empty() ? 0 : length;
  if (!comments.empty() || erased > 0) edits.push_back({behind_jfif, erased, comments});
  if (length > erased) {
    const auto packet = bytes_at(file, behind_jfif + 10, length - 10);
    edits.push_back({behind_jfif + 10, packet.size(), without_resolution(packet)});
  }
  return edits;
}

std::vector<Edit> webp_edits(std::ifstream& file, const Beside& beside) {
  if (beside.resolution == Resolution::kStated) return {};
  std::vector<Edit> edits;
  for (const auto& chunk : webp_chunks(file)) {
    if (chunk.type != "EXIF") continue;
    const auto all = bytes_at(file, chunk.place + 8, chunk.length);
    const size_t mark = begin_of_exif(all);
    edits.push_back(
        {chunk.place + 8 + mark, all.size() - mark, without_resolution(all.substr(mark))});
  }
  return edits;
}

/// A TIFF that names no unit of its resolution where none is known, and says what its image's EXIF says in
/// words.
std::vector<Edit> tiff_edits(std::ifstream& file, const Beside& beside) {
  constexpr uint64_t kResolutionUnit = 296;
  auto directory = directory_of(file);
  if (!directory) return {};
  std::vector<Edit> edits;
  const auto* unit = directory->find(kResolutionUnit);
  const bool invents_unit = beside.resolution == Resolution::kUnknown && unit != nullptr;
  const auto unit_place = unit == nullptr ? 0 : unit->place + directory->value_offset;
  const auto no_unit = directory->bytes_of(1, 2);
  const auto read = [&](uint64_t place, size_t count) {
    auto bytes = bytes_at(file, place, count);
    const bool holds_unit = invents_unit && place <= unit_place && unit_place + 2 <= place + count;
    return holds_unit ? bytes.replace(unit_place - place, 2, no_unit) : bytes;
  };
  if (beside.notes.texts.empty()) {
    if (invents_unit) edits.push_back({unit_place, 2, no_unit});
    return edits;
  }
  file.clear();
  file.seekg(0, std::ios::end);
  const auto size = static_cast<uint64_t>(file.tellg());
  const uint64_t place = size + size % 2;
  const bool is_big = directory->count_size == 8;
  edits.push_back({is_big ? uint64_t{8} : uint64_t{4}, is_big ? uint64_t{8} : uint64_t{4},
                   directory->bytes_of(place, is_big ? 8 : 4)});
  edits.push_back(
      {size, 0,
       std::string(size % 2, '\0') + directory_with(beside.notes.texts, *directory, read, place)});
  return edits;
}

/// EXIF lies somewhere in an AVIF, whole.
std::vector<Edit> avif_edits(std::ifstream& file, const Beside& beside) {
  if (beside.resolution == Resolution::kStated || !beside.notes.has_exif) return {};
  constexpr size_t kMostRead = 1 << 20;  // it stands before the pixels
  const auto head = bytes_at(file, 0, kMostRead);
  for (const char* order : {"II*", "MM"}) {
    for (size_t at = head.find(order); at != std::string::npos; at = head.find(order, at + 1)) {
      const auto packet = head.substr(at);
      const auto changed = without_resolution(packet);
      if (changed != packet) return {{at, packet.size(), changed}};
    }
  }
  return {};
}

/// A box of ISO base media, as JPEG XL's container has them.
std::string box(const std::string& type, const std::string& data) {
  return four_bytes(static_cast<uint32_t>(data.size() + 8)) + type + data;
}

/// libvips writes the bare codestream; in a container EXIF and XMP stand before it. The pixels are upright.
std::vector<Edit> jxl_edits(std::ifstream& file, const Beside& beside) {
  const bool is_bare = bytes_at(file, 0, 2) == "\xff\x0a";
  if (!is_bare || (beside.exif.empty() && beside.xmp.empty())) return {};
  auto before = box("JXL ", "\r\n\x87\n") + box("ftyp", std::string("jxl \0\0\0\0jxl ", 12));
  if (!beside.exif.empty())
    before +=
        box("Exif", four_bytes(0) + for_upright(beside.exif, static_cast<uint64_t>(beside.width),
                                                static_cast<uint64_t>(beside.height)));
  if (!beside.xmp.empty()) before += box("xml ", beside.xmp);
  return {{0, 0, before + four_bytes(0) + "jxlc"}};  // up to the file's end
}

}  // namespace

void add_notes(const fs::path& path, const ImageFormat& format, const Beside& beside) {
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // headers are few bytes, far apart
  file.open(path, std::ios::binary);
  if (format.name == "PNG") rewrite(path, png_edits(file, beside));
  if (format.name == "JPEG") rewrite(path, jpeg_edits(file, beside));
  if (format.name == "TIFF") rewrite(path, tiff_edits(file, beside));
  if (format.name == "WebP") rewrite(path, webp_edits(file, beside));
  if (format.name == "JPEG XL") rewrite(path, jxl_edits(file, beside));
  if (format.name == "AVIF") rewrite(path, avif_edits(file, beside));
}

}  // namespace ganvas
