// IDX files, the format of MNIST: gzip or plain.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/idx.h"

#include <array>
#include <memory>

#include <ATen/ops/empty.h>
#include <zlib.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 31;

using GzipFile = std::unique_ptr<gzFile_s, int (*)(gzFile)>;

/// Reads exactly `count` bytes.
void read_all(gzFile file, const std::filesystem::path& path, uint8_t* bytes, int64_t count) {
  while (count > 0) {
    const int got = gzread(file, bytes, static_cast<unsigned>(std::min<int64_t>(count, 1 << 20)));
    require(got > 0, path.string(), ": ", count, " bytes are missing at its end; was it cut off?");
    bytes += got;
    count -= got;
  }
}

int64_t big_endian(const uint8_t* bytes) {
  return int64_t{bytes[0]} << 24 | int64_t{bytes[1]} << 16 | int64_t{bytes[2]} << 8 | bytes[3];
}

}  // namespace

Tensor read_idx(const std::filesystem::path& path) {
  const GzipFile file(gzopen(path.c_str(), "rb"), gzclose);
  require(file != nullptr, path.string(), ": cannot be opened");
  std::array<uint8_t, 4> word{};
  read_all(file.get(), path, word.data(), 4);
  const int dimensions = word[3];
  require(word[0] == 0 && word[1] == 0 && word[2] == 8 && dimensions >= 1 && dimensions <= 3,
          path.string(), ": is no IDX file of bytes");
  std::vector<int64_t> shape;
  int64_t count = 1;
  for (int i = 0; i < dimensions; ++i) {
    read_all(file.get(), path, word.data(), 4);
    shape.push_back(big_endian(word.data()));
    require(shape.back() > 0 && count <= kMostBytes / shape.back(), path.string(),
            ": got a size of ", shape.back(), " in its header, expected at most 2^31 bytes in all");
    count *= shape.back();
  }
  constexpr int64_t kMostPacked = 1032;  // bytes that one of gzip's can stand for
  const auto stored = static_cast<int64_t>(std::filesystem::file_size(path));
  require(count / kMostPacked <= stored, path.string(), ": claims ", count,
          " bytes, which its own ", stored, " cannot hold; was it cut off?");
  auto tensor = at::empty(shape, at::kByte);
  read_all(file.get(), path, tensor.data_ptr<uint8_t>(), count);
  return tensor;
}

}  // namespace ganvas
