// The parts that files of images are made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganvas/image/private/tiff_directory.h"

namespace ganvas {

/// The first bytes of a PNG, those up to the end of its header, and what stands around a chunk's data.
inline constexpr size_t kPngSignature = 8, kPngHeaderEnd = 33, kChunkFrame = 12;

/// A number of `size` bytes, the highest first.
uint32_t big_endian(std::string_view bytes, size_t place, int size);

/// The same number as four bytes.
std::string four_bytes(uint32_t value);

/// A part of a file; shorter where the file ends.
std::string bytes_at(std::ifstream& file, uint64_t place, size_t count);
ReadBytes reader_of(std::ifstream& file);

struct Chunk {
  uint64_t place = 0;
  uint32_t length = 0;  // of its data
  std::string type;
};

/// The chunks of a PNG before IEND, of those of pixels (IDAT) the first; and of a WebP. Files of very many
/// chunks end early.
std::vector<Chunk> png_chunks(std::ifstream& file);
std::vector<Chunk> webp_chunks(std::ifstream& file);

/// The first directory of a TIFF file.
std::optional<TiffDirectory> directory_of(std::ifstream& file);

bool is_one_of(const std::string& type, std::initializer_list<std::string_view> types);

}  // namespace ganvas
