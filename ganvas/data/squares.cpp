// Images as squares to crop, kept from epoch to epoch.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/squares.h"

namespace ganvas {

Squares::Squares(std::unique_ptr<ImageSet> images, View view, const SquareConfig& config,
                 const ImageSpec& spec)
    : images_(std::move(images)),
      cropper_(images_->view(view), config, spec),
      kept_(images_->size(), config.read.cache_bytes()) {}

DomainImage Squares::draw(int64_t i, Random& random) const {
  auto image = kept_.get(i, [&] {
    auto whole = images_->get(i, cropper_.least_side());
    whole.pixels = cropper_.fitted(whole.pixels);
    return whole;
  });
  image.pixels = cropper_.draw(image.pixels, random)(image.pixels);
  return image;
}

}  // namespace ganvas
