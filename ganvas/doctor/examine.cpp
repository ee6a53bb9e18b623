// Looking into files: size, colours, and what makes them like others.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include <c10/core/GradMode.h>
#include <omp.h>
#include <zlib.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/luma.h"
#include "ganvas/doctor/private/pairs.h"
#include "ganvas/image/alpha.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

/// CRC-32 of a file's bytes and their number: equal for equal files.
uint64_t contents_of(const std::string& bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return (static_cast<uint64_t>(bytes.size()) << 32) ^ crc32_z(0, data, bytes.size());
}

/// The difference hash: whether each of 8 x 8 places is brighter than its right neighbour (N. Krawetz, 2013).
uint64_t likeness_of(const Tensor& grey) {
  const auto small = resize(grey, 8, 9)[0].contiguous();
  const auto* levels = small.const_data_ptr<float>();
  uint64_t bits = 0;
  for (int64_t row = 0; row < 8; ++row) {
    for (int64_t col = 0; col < 8; ++col) {
      const auto i = row * 9 + col;
      bits = (bits << 1) | (levels[i] > levels[i + 1] ? 1U : 0U);
    }
  }
  return bits;
}

void look(Record& record) {
  constexpr int64_t kLeastSide = 64;  // of what likeness is seen in
  require(is_file(record.path), "is no file: a link to nothing, or to no file");
  const auto bytes = read_file(record.path);
  record.bytes = bytes.size();
  record.contents = contents_of(bytes);
  record.format = format_of_file(record.path).name;
  const auto size = size_of_image(record.path);
  const auto image = read_image_shrunk(record.path, kLeastSide);
  record.width = size.width;
  record.height = size.height;
  record.channels = image.channels;
  record.bits = image.bits;
  record.is_grey = image.colors() == 1 || is_grey(image);
  const auto colors = to_tensor(image, 3);
  record.contrast = 127.5 * colors.std().item<double>();
  const std::vector<int64_t> across = {2};
  record.likeness = likeness_of(luma(colors));
  record.mirrored = likeness_of(luma(colors).flip(across));
  const auto thumbnail = quantise(resize(colors, 16, 16)).contiguous();
  std::copy_n(thumbnail.const_data_ptr<uint8_t>(), record.thumbnail.size(),
              record.thumbnail.begin());
}

/// Calls `work`, which may not throw, for 0 .. count - 1, by several threads, until Ctrl-C.
void in_parallel(size_t count, int64_t threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto crew_work = [&] {
    const c10::NoGradGuard no_gradients;
    omp_set_num_threads(1);  // of this thread: there is one for each core already
    for (size_t i = next++; i < count && !interrupted(); i = next++) work(i);
  };
  std::vector<std::thread> crew;
  for (int64_t i = 1; i < threads; ++i) crew.emplace_back(crew_work);
  crew_work();
  for (auto& thread : crew) thread.join();
}

}  // namespace

void examine(Survey& survey, int64_t threads,
             const std::function<void(int64_t done, int64_t all)>& on_file) {
  std::mutex mutex;  // guards done, on_file
  int64_t done = 0, all = std::ssize(survey.records);
  const auto count = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    on_file(++done, all);
  };
  in_parallel(survey.records.size(), threads, [&](size_t i) {
    auto& record = survey.records[i];
    try {
      look(record);
    } catch (const std::exception& error) {
      record.error = error.what();
    }
    count();
  });
  survey.pairs = pairs_of(survey);
  all += std::ssize(survey.pairs);
  in_parallel(survey.pairs.size(), threads, [&](size_t i) {
    auto& pair = survey.pairs[i];
    try {
      look_at_pair(pair);
    } catch (const std::exception& error) {
      pair.error = error.what();
    }
    count();
  });
}

}  // namespace ganvas
