// Pictures that a browser brought or that were made for it, in files of this process's own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "ganvas/image/image.h"
#include "ganvas/serve/http.h"

namespace ganvas {

/// A picture, and a smaller one of it to look at. Its files are deleted with it.
class Picture {
 public:
  Picture(std::filesystem::path file, std::filesystem::path view, ImageSize size);
  ~Picture();
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  std::string id() const { return file.stem().string(); }  // that nobody guesses

  const std::filesystem::path file, view;
  const ImageSize size;
};

/// The pictures that were used last; others live as long as somebody holds them. Threads may share it.
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
  std::shared_ptr<const Picture> add(const std::string& bytes);

  /// Where the file of a new picture can be written, then taken by add_file().
  std::filesystem::path new_file() const;
  std::shared_ptr<const Picture> add_file(const std::filesystem::path& file);

  /// Throws HttpError 404 if there is none of this id, or no more.
  std::shared_ptr<const Picture> find(const std::string& id);

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<const Picture>> kept_;  // the one used last comes last
};

}  // namespace ganvas
