// Reading and writing safetensors files: a JSON header of names, types, shapes and offsets, then
// the numbers. Not a goal: types that no network here has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// A file whose bytes are not what was written: cut off, or changed since.
class DamagedFile : public Error {
 public:
  using Error::Error;
};

/// Texts by name, as the file's "__metadata__" holds them.
using Metadata = std::map<std::string, std::string>;

/// Writes the file whole or not at all, with a checksum of each tensor among its metadata ("crc32"), which
/// other readers pass over. Tensors may be on any device, F32, F64, I64 or U8.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                       const Metadata& metadata);

/// An open safetensors file whose header was checked: every tensor lies inside the file, has the
/// length that its type and shape say, and shares no byte with another. Reads tensors one by one.
class SafetensorsFile {
 public:
  /// Throws Error naming the path and what is wrong with it, DamagedFile if it is no whole file.
  explicit SafetensorsFile(std::filesystem::path path);

  const Metadata& metadata() const { return metadata_; }
  std::vector<std::string> names() const;

  /// The shape of a tensor, or nothing if there is none of this name.
  std::optional<std::vector<int64_t>> shape(const std::string& name) const;

  /// Throws Error if there is no such tensor, the file got shorter, or the tensor is not what its checksum,
  /// if the file has one, says.
  Tensor read(const std::string& name) const;

 private:
  struct Entry {
    at::ScalarType type = at::kFloat;
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0;  // in the data part
  };

  void parse_header(const std::string& text, uint64_t data_size);
  void parse_checksums();
  void check_layout(uint64_t data_size) const;

  std::filesystem::path path_;
  uint64_t data_begin_ = 0;
  Metadata metadata_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, uint32_t> checksums_;  // by the tensor's name
};

}  // namespace ganvas
