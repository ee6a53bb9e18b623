// Pictures that a browser brought or that were made for it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/pictures.h"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "ganvas/serve/gate.h"

namespace ganvas {
namespace {

constexpr size_t kMostKept = 24;
constexpr int64_t kMostSideOfView = 2400;

/// A file that any browser shows, reduced if it is large.
void write_view(const fs::path& file, const fs::path& view) {
  const auto image = read_image(file);
  const auto longest = std::max(image.width, image.height);
  auto levels = to_tensor(image, image.colors());
  if (longest > kMostSideOfView) {
    const auto side = [longest](int64_t length) {
      return std::max<int64_t>(1, length * kMostSideOfView / longest);
    };
    levels = resize(levels, side(image.height), side(image.width));
  }
  constexpr int64_t kQuality = 92;
  write_image(to_image(levels), view, {.quality = kQuality, .lossless = {}});
}

}  // namespace

Pictures::Pictures() {
  auto pattern = (fs::temp_directory_path() / "ganvas-XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, pattern,
          ": no folder for pictures could be made there");
  folder_ = pattern;
}

Pictures::~Pictures() {
  std::error_code stays;
  fs::remove_all(folder_, stays);
}

fs::path Pictures::new_file() const {
  return folder_ / (make_token() + ".png");
}

Picture Pictures::add(const std::string& bytes) {
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

Picture Pictures::add_file(const fs::path& file) {
  Picture picture{file.stem().string(), size_of_image(file), file,
                  file.parent_path() / (file.stem().string() + "-view.webp")};
  write_view(file, picture.view);
  const std::scoped_lock lock(mutex_);
  kept_.push_back(picture);
  while (kept_.size() > kMostKept) {
    std::error_code stays;
    fs::remove(kept_.front().file, stays);
    fs::remove(kept_.front().view, stays);
    kept_.pop_front();
  }
  return picture;
}

Picture Pictures::find(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Picture& picture) { return picture.id == id; });
  if (found == kept_.end()) throw HttpError(404, "this picture is no longer kept; bring it again");
  return *found;
}

}  // namespace ganvas
