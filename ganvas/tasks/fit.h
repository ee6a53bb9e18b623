// What the rows of data have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// Images that keep their size: refuses a scale, and sides too small for any network.
ImageSpec same_size(const ImageSpec& asked);

/// With the channels that --color asks for; in a folder of digits auto is grey.
enum class Contents { kPhotographs, kDigits };
ImageSpec with_color(ImageSpec spec, Color color, Contents contents);

/// That of photographs in a folder of their own: "has no image files for the split val".
std::string no_photographs(const std::string& split);

/// That of two sides: "has no folders valA and valB".
std::string no_sides(const std::string& split);

}  // namespace ganvas
