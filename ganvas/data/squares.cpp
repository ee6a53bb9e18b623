// Images as squares to crop, kept from epoch to epoch.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/squares.h"

namespace ganvas {

Squares::Squares(std::unique_ptr<PictureSet> pictures, View view, const SquareConfig& config,
                 const ImageSpec& spec)
    : pictures_(std::move(pictures)),
      cropper_(pictures_->view(view), config, spec),
      kept_(pictures_->size(), config.read.cache_bytes()) {}

Picture Squares::draw(int64_t i, Random& random) const {
  auto picture = kept_.get(i, [&] {
    auto whole = pictures_->get(i, cropper_.least_side());
    whole.pixels = cropper_.square(whole.pixels);
    return whole;
  });
  picture.pixels = cropper_.draw(random)(picture.pixels);
  return picture;
}

}  // namespace ganvas
