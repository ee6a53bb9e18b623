// Scratch folders, and what a call threw.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {

/// A folder of its own for the running test, removed at the end.
class Scratch {
 public:
  Scratch() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "." + test->name();
    for (auto& c : name) c = c == '/' ? '_' : c;
    path_ = std::filesystem::temp_directory_path() /
            ("ganvas-" + name + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The text of the Error that `call` throws, "" if it throws none.
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

inline testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << text << "' does not contain '" << part << "'";
}

/// An image whose every byte, alpha's too, depends on its place.
inline Image noise_image(int64_t width, int64_t height, int64_t channels, int64_t bits) {
  auto image = make_image(width, height, channels, bits);
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    image.bytes[i] = static_cast<uint8_t>(i * 2654435761U >> 24);
  }
  return image;
}

/// A small folder of side-by-side pairs: right is the negative of left.
inline void write_pairs(const std::filesystem::path& folder, int64_t count, int64_t side) {
  std::filesystem::create_directories(folder);
  for (int64_t n = 0; n < count; ++n) {
    auto image = make_image(2 * side, side, 3);
    for (int64_t y = 0; y < side; ++y) {
      for (int64_t x = 0; x < side; ++x) {
        for (int64_t c = 0; c < 3; ++c) {
          const auto value = static_cast<uint8_t>((x * 7 + y * (5 + c) + n * 31) % 256);
          image.bytes[static_cast<size_t>((y * 2 * side + x) * 3 + c)] = value;
          image.bytes[static_cast<size_t>((y * 2 * side + side + x) * 3 + c)] = 255 - value;
        }
      }
    }
    write_image(image, folder / (std::to_string(n) + ".png"));
  }
}

}  // namespace ganvas
