// Image files that are hardly more than their pixels: BMP, PNM, PFM.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/plain_files.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstring>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"

namespace ganvas {
namespace {

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  throw Error(c10::str(path.string(), ": cannot be read as an image: ", why));
}

/// The bytes of a file and a place in them.
class Reader {
 public:
  explicit Reader(const fs::path& path) : path_(path), bytes_(read_file(path)) {}

  uint8_t byte(size_t place) const {
    if (place >= bytes_.size()) refuse(path_, "it is cut off, or its header is wrong");
    return static_cast<uint8_t>(bytes_[place]);
  }
  /// A number of `size` bytes, the lowest first.
  uint32_t number(size_t place, int size) const {
    uint32_t value = 0;
    for (int i = size - 1; i >= 0; --i) value = value << 8 | byte(place + static_cast<size_t>(i));
    return value;
  }
  size_t size() const { return bytes_.size(); }
  const fs::path& path() const { return path_; }

  size_t at = 0;

 private:
  fs::path path_;
  std::string bytes_;
};

/// Makes an image as large as a header says, if it may be so large and the file goes that far: a header
/// alone must not take memory.
///   begin, stride: where its rows begin, and the fewest bytes of one
Image checked_image(const Reader& file, const Image& header, size_t begin, uint64_t stride) {
  const auto [width, height] = std::pair(header.width, header.height);
  if (width <= 0 || height <= 0) refuse(file.path(), "its header names no size");
  if (width > kMostPixels || height > kMostPixels || width * height > kMostPixels) {
    refuse(file.path(), c10::str("got ", width, " x ", height, " pixels, expected at most ",
                                 kMostPixels / 1'000'000, " megapixels"));
  }
  if (begin + stride * static_cast<uint64_t>(height) > file.size()) {
    refuse(file.path(), "it is cut off, or its header is wrong");
  }
  return make_image(width, height, header.channels, header.bits);
}

// ---- BMP ---------------------------------------------------------------------------------------

enum BmpCoding : uint32_t { kRgb = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3, kAlphaFields = 6 };

struct Bmp {
  int64_t width = 0, height = 0;
  bool is_top_down = false;
  uint32_t depth = 0, coding = kRgb;
  std::array<uint32_t, 4> masks{};  // red, green, blue, alpha
  std::vector<std::array<uint8_t, 3>> palette;
  size_t pixels = 0;  // where they begin
};

void read_palette(const Reader& file, size_t begin, size_t entry, uint32_t count, Bmp& bmp) {
  for (size_t i = 0; i < count && begin + entry * (i + 1) <= bmp.pixels; ++i) {
    const size_t place = begin + entry * i;
    bmp.palette.push_back({file.byte(place + 2), file.byte(place + 1), file.byte(place)});
  }
}

Bmp read_bmp_header(const Reader& file) {
  Bmp bmp;
  bmp.pixels = file.number(10, 4);
  const uint32_t header = file.number(14, 4);
  const bool is_core = header == 12;
  if (!is_core && header < 40) refuse(file.path(), "its BMP header is of an unknown kind");
  bmp.width =
      is_core ? int64_t{file.number(18, 2)} : int64_t{static_cast<int32_t>(file.number(18, 4))};
  bmp.height =
      is_core ? int64_t{file.number(20, 2)} : int64_t{static_cast<int32_t>(file.number(22, 4))};
  bmp.is_top_down = bmp.height < 0;
  bmp.height = std::abs(bmp.height);
  bmp.depth = file.number(is_core ? 24 : 28, 2);
  bmp.coding = is_core ? uint32_t{kRgb} : file.number(30, 4);
  const bool has_fields = bmp.coding == kBitFields || bmp.coding == kAlphaFields;
  if (bmp.depth == 16) bmp.masks = {0x7c00, 0x03e0, 0x001f, 0};
  if (bmp.depth == 32) bmp.masks = {0xff0000, 0x00ff00, 0x0000ff, 0};
  const bool names_alpha = header >= 56 || bmp.coding == kAlphaFields;
  if (has_fields) {
    for (size_t i = 0; i < 4; ++i)
      bmp.masks[i] = i < 3 || names_alpha ? file.number(54 + 4 * i, 4) : 0;
  }
  if (bmp.depth <= 8) {
    const uint32_t used = is_core ? 0 : file.number(46, 4);
    const uint32_t all = 1U << bmp.depth;
    read_palette(file, 14 + header, is_core ? 3 : 4, used == 0 ? all : std::min(used, all), bmp);
  }
  const bool known = bmp.coding == kRgb || (bmp.coding == kRle8 && bmp.depth == 8) ||
                     (bmp.coding == kRle4 && bmp.depth == 4) ||
                     (has_fields && (bmp.depth == 16 || bmp.depth == 32));
  const std::array<uint32_t, 6> depths = {1, 4, 8, 16, 24, 32};
  if (!known || std::find(depths.begin(), depths.end(), bmp.depth) == depths.end()) {
    refuse(file.path(), c10::str("it is a BMP of ", bmp.depth, " bits a pixel in coding ",
                                 bmp.coding, ", which is not read; convert it to PNG"));
  }
  return bmp;
}

/// Palette indices of a run-length coded image, rows from the bottom.
std::vector<uint8_t> unpacked_runs(const Reader& file, const Bmp& bmp) {
  std::vector<uint8_t> out(static_cast<size_t>(bmp.width * bmp.height));
  int64_t x = 0, y = 0;
  const auto put = [&](uint32_t index) {
    if (x < bmp.width && y < bmp.height) out[static_cast<size_t>(y * bmp.width + x)] = index;
    ++x;
  };
  const bool is_nibbles = bmp.coding == kRle4;
  const auto index_in = [&](uint8_t byte, int64_t i) -> uint32_t {
    return !is_nibbles ? byte : i % 2 == 0 ? byte >> 4 : byte & 15;
  };
  for (size_t at = bmp.pixels; y < bmp.height;) {
    const uint8_t count = file.byte(at), value = file.byte(at + 1);
    at += 2;
    if (count > 0) {
      for (int64_t i = 0; i < count; ++i) put(index_in(value, i));
    } else if (value == 0) {
      x = 0, ++y;
    } else if (value == 1) {
      break;
    } else if (value == 2) {
      x += file.byte(at), y += file.byte(at + 1), at += 2;
    } else {  // as many as they are, padded to an even number of bytes
      for (int64_t i = 0; i < value; ++i) {
        put(index_in(file.byte(at + static_cast<size_t>(is_nibbles ? i / 2 : i)), i));
      }
      const size_t bytes = is_nibbles ? (value + 1U) / 2 : value;
      at += bytes + bytes % 2;
    }
  }
  return out;
}

/// A masked part of a pixel, spread over 0 to 255.
uint8_t field(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const uint64_t most = mask >> shift, value = (pixel & mask) >> shift;
  return static_cast<uint8_t>((value * 255 + most / 2) / most);
}

Image from_indices(const Reader& file, const Bmp& bmp) {
  const bool is_grey = std::all_of(bmp.palette.begin(), bmp.palette.end(),
                                   [](const auto& c) { return c[0] == c[1] && c[1] == c[2]; });
  const bool is_packed = bmp.coding != kRgb;
  const auto stride = static_cast<size_t>((bmp.width * bmp.depth + 31) / 32 * 4);
  auto image = checked_image(file, {bmp.width, bmp.height, is_grey ? 1 : 3, 8, {}}, bmp.pixels,
                             is_packed ? 0 : stride);
  const auto runs = is_packed ? unpacked_runs(file, bmp) : std::vector<uint8_t>();
  uint8_t* out = image.bytes.data();
  for (int64_t y = 0; y < bmp.height; ++y) {
    const int64_t row = bmp.is_top_down ? y : bmp.height - 1 - y;
    for (int64_t x = 0; x < bmp.width; ++x) {
      uint32_t index = 0;
      if (is_packed) {
        index = runs[static_cast<size_t>(row * bmp.width + x)];
      } else {
        const auto bit = static_cast<size_t>(x) * bmp.depth;
        const auto byte = file.byte(bmp.pixels + static_cast<size_t>(row) * stride + bit / 8);
        index = byte >> (8 - bmp.depth - bit % 8) & ((1U << bmp.depth) - 1);
      }
      if (index >= bmp.palette.size()) refuse(file.path(), "a pixel has no colour in its palette");
      for (int64_t c = 0; c < image.channels; ++c)
        *out++ = bmp.palette[index][static_cast<size_t>(c)];
    }
  }
  return image;
}

Image from_colors(const Reader& file, const Bmp& bmp) {
  const auto stride = static_cast<size_t>((bmp.width * bmp.depth + 31) / 32 * 4);
  auto image = checked_image(file, {bmp.width, bmp.height, bmp.masks[3] != 0 ? 4 : 3, 8, {}},
                             bmp.pixels, stride);
  const int size = static_cast<int>(bmp.depth / 8);
  uint8_t* out = image.bytes.data();
  for (int64_t y = 0; y < bmp.height; ++y) {
    const auto row = static_cast<size_t>(bmp.is_top_down ? y : bmp.height - 1 - y);
    for (int64_t x = 0; x < bmp.width; ++x) {
      const size_t place = bmp.pixels + row * stride + static_cast<size_t>(x * size);
      const uint32_t pixel = file.number(place, size);
      for (int64_t c = 0; c < image.channels; ++c) {
        *out++ = size == 3 ? static_cast<uint8_t>(pixel >> (16 - 8 * c))
                           : field(pixel, bmp.masks[static_cast<size_t>(c)]);
      }
    }
  }
  return image;
}

// ---- PNM and PFM -------------------------------------------------------------------------------

bool is_space(uint8_t byte) {
  return std::isspace(byte) != 0;
}

/// The next word of a header or of plain pixels, beyond white space and comments.
std::string next_word(Reader& file) {
  while (true) {
    while (is_space(file.byte(file.at))) ++file.at;
    if (file.byte(file.at) != '#') break;
    while (file.byte(file.at) != '\n') ++file.at;
  }
  std::string word;
  while (file.at < file.size() && !is_space(file.byte(file.at)))
    word += static_cast<char>(file.byte(file.at++));
  return word;
}

int64_t next_number(Reader& file) {
  const auto word = next_word(file);
  const bool is_number =
      !word.empty() && word.size() < 10 &&
      std::all_of(
          word.begin(), word.end(),
          [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  if (!is_number) refuse(file.path(), "its header has '" + word.substr(0, 20) + "' for a number");
  return std::stoll(word);
}

void store(Image& image, size_t index, int64_t value, int64_t most) {
  const int64_t levels = image.bits == 16 ? 65535 : 255;
  const auto level = (std::min(value, most) * levels + most / 2) / most;
  if (image.bits == 8) {
    image.bytes[index] = static_cast<uint8_t>(level);
  } else {
    const auto wide = static_cast<uint16_t>(level);
    std::memcpy(&image.bytes[2 * index], &wide, 2);
  }
}

Image read_levels(Reader& file, char kind) {
  const bool is_bits = kind == '1' || kind == '4', is_color = kind == '3' || kind == '6';
  const bool is_plain = kind <= '3';
  const int64_t width = next_number(file), height = next_number(file);
  const int64_t most = is_bits ? 1 : next_number(file);
  if (most < 1 || most > 65535) refuse(file.path(), c10::str("its largest value is ", most));
  if (!is_plain) ++file.at;  // one white space, then the pixels
  const int64_t channels = is_color ? 3 : 1, bits = most > 255 ? 16 : 8;
  const auto row = static_cast<uint64_t>(width * channels);  // numbers, of a digit at least
  const auto stride = is_plain  ? row
                      : is_bits ? (row + 7) / 8
                                : row * static_cast<uint64_t>(bits / 8);
  auto image = checked_image(file, {width, height, channels, bits, {}}, file.at, stride);
  const auto count = static_cast<size_t>(width * height * image.channels);
  for (size_t i = 0; i < count; ++i) {
    int64_t value = 0;
    if (is_plain && is_bits) {  // digits need no space between them
      while (is_space(file.byte(file.at))) ++file.at;
      const uint8_t digit = file.byte(file.at++);
      if (digit != '0' && digit != '1') refuse(file.path(), "a pixel is neither 0 nor 1");
      value = '1' - digit;
    } else if (is_plain) {
      value = next_number(file);
    } else if (is_bits) {
      const auto x = i % static_cast<size_t>(width), y = i / static_cast<size_t>(width);
      value = 1 - (file.byte(file.at + y * stride + x / 8) >> (7 - x % 8) & 1);
    } else if (image.bits == 8) {
      value = file.byte(file.at + i);
    } else {
      value = file.byte(file.at + 2 * i) << 8 | file.byte(file.at + 2 * i + 1);
    }
    store(image, i, value, most);
  }
  if (is_plain) return image;
  const size_t behind = file.at + stride * static_cast<size_t>(height);
  if (behind + 2 < file.size() && file.byte(behind) == 'P') {
    refuse(file.path(), "it holds several images; take them apart first");
  }
  return image;
}

Image read_floats(Reader& file, bool is_color) {
  const int64_t width = next_number(file), height = next_number(file);
  const bool is_little = next_word(file).substr(0, 1) == "-";
  ++file.at;
  const int64_t channels = is_color ? 3 : 1;
  const auto row = static_cast<size_t>(width * channels);
  auto image = checked_image(file, {width, height, channels, 16, {}}, file.at, 4 * row);
  for (int64_t y = 0; y < height; ++y) {  // rows come from the bottom
    for (size_t i = 0; i < row; ++i) {
      const size_t place = file.at + 4 * (static_cast<size_t>(height - 1 - y) * row + i);
      auto bits = file.number(place, 4);
      if (!is_little) bits = __builtin_bswap32(bits);
      const auto value = std::bit_cast<float>(bits);
      if (!(value >= 0 && value <= 1)) {
        refuse(file.path(),
               "its numbers are not between 0 and 1; scale it to a 16-bit PNG or TIFF");
      }
      store(image, static_cast<size_t>(y) * row + i, std::lround(value * 65535), 65535);
    }
  }
  return image;
}

}  // namespace

Image read_bmp(const fs::path& path) {
  const Reader file(path);
  const auto bmp = read_bmp_header(file);
  return bmp.depth <= 8 ? from_indices(file, bmp) : from_colors(file, bmp);
}

Image read_pnm(const fs::path& path) {
  Reader file(path);
  const char kind = static_cast<char>(file.byte(1));
  file.at = 2;
  return kind == 'f' || kind == 'F' ? read_floats(file, kind == 'F') : read_levels(file, kind);
}

}  // namespace ganvas
