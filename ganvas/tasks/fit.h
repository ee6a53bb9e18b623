// What the rows of data have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// Images that keep their size: refuses a scale.
ImageSpec same_size(const ImageSpec& asked);

enum class Contents { kPhotographs, kDigits };

/// With the channels that --color asks for; in a folder of digits auto is grey. Refuses sides too small for
/// any network.
ImageSpec with_color(ImageSpec spec, Color color, Contents contents);

/// Photographs with_color, and on side a one channel more: the mask.
ImageSpec with_mask(const ImageSpec& spec, Color color);

/// TaskEntry::absence of photographs: "has no image files for the split val, found ...".
std::string no_photographs(const std::filesystem::path& folder, const std::string& split);

/// TaskEntry::absence of two sides: "has no folders valA and valB with images in both, found ...".
std::string no_sides(const std::filesystem::path& folder, const std::string& split);

}  // namespace ganvas
