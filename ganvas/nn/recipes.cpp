// Networks by name.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/recipes.h"

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

int64_t levels_of(const std::string& unet_name) {
  return halvings(std::stoll(unet_name.substr(4)));
}

}  // namespace

int64_t halvings(int64_t size) {
  constexpr int64_t kMostLevels = 8;
  int64_t levels = 0;
  while (levels < kMostLevels && size % 2 == 0) {
    size /= 2;
    ++levels;
  }
  return levels;
}

namespace {

/// "128 or 144".
std::string multiples_beside(FrameSize size, int64_t multiple) {
  const auto odd = size.width % multiple != 0 ? size.width : size.height;
  const int64_t below = odd / multiple * multiple;
  return below == 0 ? std::to_string(multiple) : c10::str(below, " or ", below + multiple);
}

}  // namespace

GeneratorRecipe generator_recipe(const std::string& name, FrameSize size) {
  GeneratorRecipe recipe{name, 4};
  if (name == "auto") {
    const int64_t levels = std::min(halvings(size.width), halvings(size.height));
    require_usage(levels >= 4, "--size: got ", knob_text(size),
                  ", expected a multiple of 16 for a U-Net, ", multiples_beside(size, 16),
                  ", or of 4 with --generator resnet9, ", multiples_beside(size, 4));
    recipe = {"unet" + std::to_string(int64_t{1} << levels), int64_t{1} << levels};
  } else if (name == "resnet") {
    recipe.name = size.shorter() <= 128 ? "resnet6" : "resnet9";
  } else if (name.rfind("cells", 0) == 0) {
    recipe.size_multiple = kCellSide;
  } else if (name.rfind("unet", 0) == 0) {
    recipe.size_multiple = int64_t{1} << levels_of(name);
  }
  const bool fits =
      size.width % recipe.size_multiple == 0 && size.height % recipe.size_multiple == 0;
  require_usage(fits, "--size: got ", knob_text(size), ", but ", recipe.name,
                " takes multiples of ", recipe.size_multiple, ": use ",
                multiples_beside(size, recipe.size_multiple), ", or --generator auto");
  return recipe;
}

Network make_generator(const GeneratorRecipe& recipe, const TranslatorShape& shape,
                       Dropout dropout) {
  if (recipe.name.rfind("resnet", 0) == 0) {
    return resnet(shape, std::stoll(recipe.name.substr(6)), dropout);
  }
  if (recipe.name.rfind("cells", 0) == 0) return cells(shape, std::stoll(recipe.name.substr(5)));
  return unet(shape, levels_of(recipe.name), dropout);
}

}  // namespace ganvas
