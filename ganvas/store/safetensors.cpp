// Reading and writing safetensors files.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"

namespace ganvas {
namespace {

constexpr uint64_t kLongestHeader = 100'000'000;  // the limit of the format's own library

struct NamedType {
  const char* name;
  at::ScalarType type;
};
constexpr std::array<NamedType, 15> kTypes = {{{"F32", at::kFloat},
                                               {"F16", at::kHalf},
                                               {"BF16", at::kBFloat16},
                                               {"F64", at::kDouble},
                                               {"I64", at::kLong},
                                               {"I32", at::kInt},
                                               {"I16", at::kShort},
                                               {"I8", at::kChar},
                                               {"U8", at::kByte},
                                               {"BOOL", at::kBool},
                                               {"U16", at::kUInt16},
                                               {"U32", at::kUInt32},
                                               {"U64", at::kUInt64},
                                               {"F8_E4M3", at::kFloat8_e4m3fn},
                                               {"F8_E5M2", at::kFloat8_e5m2}}};

/// Their names, for messages.
std::string known_types() {
  std::vector<std::string> names;
  for (const auto& known : kTypes) names.emplace_back(known.name);
  return c10::Join(", ", names);
}

const char* type_name(at::ScalarType type) {
  for (const auto& known : kTypes) {
    if (known.type == type) return known.name;
  }
  throw Error(c10::str("safetensors: cannot store numbers of type ", type));
}

/// The bytes of a tensor, or nothing if the shape is negative or the product overflows.
std::optional<uint64_t> byte_count(at::ScalarType type, const std::vector<int64_t>& shape) {
  uint64_t count = c10::elementSize(type);
  for (const int64_t side : shape) {
    if (side < 0) return std::nullopt;
    if (__builtin_mul_overflow(count, static_cast<uint64_t>(side), &count)) return std::nullopt;
  }
  return count;
}

template <typename... Parts>
void require_whole(bool ok, const Parts&... parts) {
  if (!ok) throw DamagedFile(c10::str(parts...));
}

Json parsed(const std::string& text, const std::string& who) {
  try {
    return parse_json(text, who);
  } catch (const Error& error) {
    throw DamagedFile(error.what());
  }
}

constexpr auto kChecksums = "crc32";

uint32_t checksum_of(const Tensor& tensor) {
  const auto* bytes = static_cast<const Bytef*>(tensor.const_data_ptr());
  return static_cast<uint32_t>(crc32_z(0, bytes, tensor.nbytes()));
}

}  // namespace

void write_safetensors(const fs::path& path, const NamedTensors& tensors,
                       const Metadata& metadata) {
  Json header = Json::object();
  std::vector<Tensor> stored;
  Json checksums = Json::object();
  for (const auto& [name, tensor] : tensors) {
    stored.push_back(tensor.detach().cpu().contiguous());
    checksums[name] = checksum_of(stored.back());
  }
  header["__metadata__"] = metadata;
  header["__metadata__"][kChecksums] = checksums.dump();
  uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const uint64_t end = offset + tensor.nbytes();
    header[name] = {{"dtype", type_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // the format asks for aligned data
  const uint64_t length = text.size();
  AtomicFile file(path);
  file.write(&length, sizeof length);
  file.write(text.data(), text.size());
  for (const auto& tensor : stored) file.write(tensor.const_data_ptr(), tensor.nbytes());
  file.commit();
}

SafetensorsFile::SafetensorsFile(fs::path path) : path_(std::move(path)) {
  require(is_file(path_), path_.string(), ": no such file");
  const uint64_t size = fs::file_size(path_);
  std::ifstream in(path_, std::ios::binary);
  uint64_t length = 0;
  in.read(reinterpret_cast<char*>(&length), sizeof length);
  require_whole(
      in.good() && length >= 2 && length <= kLongestHeader && length <= size - sizeof length,
      path_.string(), ": got a file of ", size,
      " bytes that is no safetensors file or was cut off");
  std::string text(length, '\0');
  in.read(text.data(), static_cast<std::streamsize>(length));
  require_whole(in.good(), path_.string(), ": cannot be read");
  data_begin_ = sizeof length + length;
  parse_header(text, size - data_begin_);
}

void SafetensorsFile::parse_header(const std::string& text, uint64_t data_size) {
  const auto header = parsed(text, path_.string() + ": header");
  try {
    for (const auto& [name, item] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = item.get<Metadata>();
        continue;
      }
      Entry entry;
      const auto type = item.at("dtype").get<std::string>();
      const auto known =
          std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.name == type; });
      require(known != kTypes.end(), path_.string(), ": tensor '", name, "' has the type ", type,
              ", expected one of ", known_types());
      entry.type = known->type;
      entry.shape = item.at("shape").get<std::vector<int64_t>>();
      require_whole(item.at("data_offsets").size() == 2 &&
                        item["data_offsets"][0].is_number_unsigned() &&
                        item["data_offsets"][1].is_number_unsigned(),
                    path_.string(), ": tensor '", name, "' has no pair of offsets");
      entry.begin = item["data_offsets"][0].get<uint64_t>();
      entry.end = item["data_offsets"][1].get<uint64_t>();
      const auto bytes = byte_count(entry.type, entry.shape);
      require_whole(entry.begin <= entry.end && entry.end <= data_size, path_.string(),
                    ": tensor '", name, "' lies outside the file (offsets ", entry.begin, " to ",
                    entry.end, " of ", data_size, " bytes); the file was cut off or damaged");
      require_whole(bytes && *bytes == entry.end - entry.begin, path_.string(), ": tensor '", name,
                    "' has ", entry.end - entry.begin, " bytes, which its shape does not fit");
      entries_.emplace(name, std::move(entry));
    }
  } catch (const Json::exception& error) {
    throw DamagedFile(c10::str(path_.string(), ": its header is not that of a safetensors file (",
                               error.what(), ")"));
  }
  check_layout(data_size);
  parse_checksums();
}

void SafetensorsFile::parse_checksums() {
  const auto found = metadata_.find(kChecksums);
  if (found == metadata_.end()) return;
  const auto sums = parsed(found->second, path_.string() + ": " + kChecksums);
  metadata_.erase(found);
  if (!sums.is_object()) return;  // of another program
  for (const auto& [name, sum] : sums.items()) {
    if (sum.is_number_unsigned()) checksums_[name] = sum.get<uint32_t>();
  }
}

void SafetensorsFile::check_layout(uint64_t data_size) const {
  std::vector<const Entry*> sorted;
  for (const auto& [name, entry] : entries_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  uint64_t end = 0;
  for (const auto* entry : sorted) {
    require_whole(entry->begin == end, path_.string(), ": tensors overlap or leave a gap at byte ",
                  std::min(end, entry->begin));
    end = entry->end;
  }
  require_whole(end == data_size, path_.string(), ": got ", data_size - end,
                " bytes that belong to no tensor");
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

std::optional<std::vector<int64_t>> SafetensorsFile::shape(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return found->second.shape;
}

Tensor SafetensorsFile::read(const std::string& name) const {
  const auto found = entries_.find(name);
  require(found != entries_.end(), path_.string(), ": has no tensor '", name, "'");
  const auto& entry = found->second;
  auto tensor = at::empty(entry.shape, at::TensorOptions(entry.type));
  std::ifstream in(path_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(data_begin_ + entry.begin));
  in.read(static_cast<char*>(tensor.data_ptr()),
          static_cast<std::streamsize>(entry.end - entry.begin));
  require_whole(in.good(), path_.string(), ": cannot read tensor '", name, "'");
  const auto sum = checksums_.find(name);
  require_whole(sum == checksums_.end() || sum->second == checksum_of(tensor), path_.string(),
                ": tensor '", name,
                "' is not what was written (by its checksum); the file was damaged");
  return tensor;
}

}  // namespace ganvas
