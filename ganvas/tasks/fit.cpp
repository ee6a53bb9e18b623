// What the rows of data have in common.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/tasks/fit.h"

#include "ganvas/core/error.h"
#include "ganvas/data/layout.h"

namespace ganvas {

ImageSpec same_size(const ImageSpec& asked) {
  require_usage(asked.scale == 1, "--scale: got ", asked.scale,
                ", but this method keeps the size of images; leave it out");
  return asked;
}

ImageSpec with_color(ImageSpec spec, Color color, Contents contents) {
  constexpr int64_t kLeastSide = 16;
  require_usage(spec.size.shorter() >= kLeastSide, "--size: got ", knob_text(spec.size),
                ", expected at least ", kLeastSide);
  const bool is_grey =
      color == Color::kGrey || (color == Color::kAuto && contents == Contents::kDigits);
  spec.channels_a = spec.channels_b = is_grey ? 1 : 3;
  return spec;
}

ImageSpec with_mask(const ImageSpec& spec, Color color) {
  auto fitted = with_color(spec, color, Contents::kPhotographs);
  ++fitted.channels_a;
  return fitted;
}

std::string no_photographs(const std::filesystem::path& folder, const std::string& split) {
  return "has no image files for the split " + split + ", " + found_in(folder);
}

std::string no_sides(const std::filesystem::path& folder, const std::string& split) {
  return "has no folders " + split + "A and " + split + "B with images in both, " +
         found_in(folder);
}

}  // namespace ganvas
