// Pictures that a browser brought or that were made for it, in files of this process's own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <mutex>
#include <string>

#include "ganvas/image/image.h"
#include "ganvas/serve/http.h"

namespace ganvas {

/// A picture, and a smaller one of it to look at.
struct Picture {
  std::string id;  // that nobody guesses
  ImageSize size;
  std::filesystem::path file, view;
};

/// The newest pictures; older ones are deleted, and all of them with the store. Threads may share it.
class Pictures {
 public:
  /// Most pixels of one that is brought; looked at before anything is decoded.
  static constexpr int64_t kMostPixels = 16'000'000;

  Pictures();
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  /// Takes the bytes of an image file of any kind that is read.
  ///   Throws Error if it is none, HttpError 413 if it has more than kMostPixels.
  Picture add(const std::string& bytes);

  /// Where the file of a new picture can be written, then taken by add_file().
  std::filesystem::path new_file() const;
  Picture add_file(const std::filesystem::path& file);

  /// Throws HttpError 404 if there is none of this id, or no more.
  Picture find(const std::string& id) const;

 private:
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::deque<Picture> kept_;
};

}  // namespace ganvas
