// Pictures that a browser brought or that were made for it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/pictures.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/serve/gate.h"

namespace ganvas {
namespace {

constexpr size_t kMostKept = 24;
constexpr int64_t kMostSideOfView = 2400;

/// Its bytes; one view lies over another, which must not shine through.
std::vector<uint8_t> without_alpha(Image image) {
  if (!image.has_alpha()) return std::move(image.bytes);
  const auto level = static_cast<size_t>(image.bits / 8);
  const auto pixel = level * static_cast<size_t>(image.channels);
  std::vector<uint8_t> bytes;
  bytes.reserve(image.bytes.size());
  for (auto at = image.bytes.begin(); at != image.bytes.end();
       at += static_cast<ptrdiff_t>(pixel)) {
    bytes.insert(bytes.end(), at, at + static_cast<ptrdiff_t>(pixel - level));
  }
  return bytes;
}

/// A file that any browser shows, reduced if it is large.
void write_view(const fs::path& file, const fs::path& view) {
  const auto image = read_image(file);
  const auto longest = std::max(image.width, image.height);
  constexpr int64_t kQuality = 92, kRows = 256;
  RowsOptions options{.file = {.quality = kQuality, .lossless = {}}, .size = {}};
  if (longest > kMostSideOfView) {
    const auto side = [longest](int64_t length) {
      return std::max<int64_t>(1, length * kMostSideOfView / longest);
    };
    options.size = ImageSize{side(image.width), side(image.height)};
  }
  const Image opaque{image.width, image.height, image.colors(), image.bits, {}, image.metadata};
  const auto rows = [&](int64_t top, int64_t count) {
    return without_alpha(cut(image, 0, top, image.width, count));
  };
  write_rows(opaque, kRows, rows, view, options);
}

}  // namespace

Picture::Picture(fs::path its_file, fs::path its_view, ImageSize its_size)
    : file(std::move(its_file)), view(std::move(its_view)), size(its_size) {}

Picture::~Picture() {
  std::error_code stays;
  fs::remove(file, stays);
  fs::remove(view, stays);
}

Pictures::Pictures() {
  std::error_code none;
  const auto temporary = fs::temp_directory_path(none);
  require(!none, "TMPDIR: is no folder; expected one, for the pictures of the playground");
  auto pattern = (temporary / "ganvas-XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, temporary.string(), ": cannot be written to (",
          std::strerror(errno),
          "); name another folder for the pictures of the playground in TMPDIR");
  folder_ = pattern;
}

Pictures::~Pictures() {
  std::error_code stays;
  fs::remove_all(folder_, stays);
}

fs::path Pictures::new_file() const {
  return folder_ / (make_token() + ".png");
}

std::shared_ptr<const Picture> Pictures::add(const std::string& bytes) {
  const auto file = new_file();
  write_file(file, bytes);
  try {
    const auto size = size_of_image(file);
    if (size.width * size.height > kMostPixels) {
      throw HttpError(413, c10::str("got ", size.width, " x ", size.height,
                                    " pixels, expected at most ", kMostPixels / 1'000'000,
                                    " million; ganvas upscale and the others take any size"));
    }
    return add_file(file);
  } catch (const HttpError&) {
    fs::remove(file);
    throw;
  } catch (const Error& error) {
    fs::remove(file);
    auto text =
        std::string(error.what());  // begins with the name of our own file, which says nothing
    const auto name = file.string() + ": ";
    if (text.rfind(name, 0) == 0) text = "the picture: " + text.substr(name.size());
    throw HttpError(422, text);
  }
}

std::shared_ptr<const Picture> Pictures::add_file(const fs::path& file) {
  const auto view = file.parent_path() / (file.stem().string() + "-view.webp");
  auto picture = std::make_shared<const Picture>(file, view, size_of_image(file));
  write_view(file, view);
  const std::scoped_lock lock(mutex_);
  kept_.push_back(picture);
  if (kept_.size() > kMostKept) kept_.pop_front();
  return picture;
}

std::shared_ptr<const Picture> Pictures::find(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const auto& picture) { return picture->id() == id; });
  if (found == kept_.end()) throw HttpError(404, "this picture is no longer kept; bring it again");
  std::rotate(found, found + 1, kept_.end());
  return kept_.back();
}

}  // namespace ganvas
