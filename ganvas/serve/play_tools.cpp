// What the playground does with pictures.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/play_tools.h"

#include <cmath>

#include "ganvas/image/codec.h"
#include "ganvas/image/region.h"
#include "ganvas/inference/enlarge.h"
#include "ganvas/inference/inpaint.h"
#include "ganvas/inference/restore.h"
#include "ganvas/mosaic/named_grid.h"

namespace ganvas {
namespace {

Provenance provenance_of(const PlayTask& task, const std::string& command) {
  return task.model.provenance(command, {});
}

bool enlarges(const Model& model) {
  try {
    return enlarging_scale(model) > 0;
  } catch (const UsageError&) {
    return false;
  }
}

std::string run_enlarging(const PlayTask& task) {
  Enlarging how;
  how.on_tile = task.on_part;
  enlarge(task.model, with_provenance(task.image, provenance_of(task, "upscale")), task.out, how);
  const auto scale = enlarging_scale(task.model);
  const auto* const guessed = "the detail is the model's guess";
  return scale > 1 ? c10::str(scale, " times as large; ", guessed) : guessed;
}

bool restores(const Model& model) {
  try {
    require_restorer(model);
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

/// The mosaic of cells that were named in a region that was painted.
FoundMosaic painted_mosaic(const PlayTask& task) {
  Mosaic mosaic{{task.cell, task.cell, 0, 0}, {}};
  mosaic.mask = cells_of_region(task.region, mosaic.grid);
  const auto look = look_at_named(task.image, mosaic);
  require(look.is_seen, "no cells of ", task.cell, " pixels show where you painted");
  if (!look.fits) mosaic = {look.grid, cells_of_region(task.region, look.grid)};
  return known_mosaic(mosaic);
}

std::string run_restoring(const PlayTask& task) {
  require(task.cell == 0 || task.region.defined(),
          "got the size of cells, expected the mosaic painted over too");
  const auto mosaics =
      task.cell > 0 ? std::vector{painted_mosaic(task)} : find_mosaics(task.image).mosaics;
  require(!mosaics.empty(), "no mosaic was found; paint over it, and name the size of its cells");
  const auto restored = restore(task.model, task.image, mosaics);
  write_image(with_provenance(restored.image, provenance_of(task, "restore")), task.out);
  std::string text;
  for (const auto& mosaic : mosaics) {
    const auto box = bounding_box(mosaic.mask);
    text += c10::str("cells of ", std::lround(mosaic.grid.cell_width), " x ",
                     std::lround(mosaic.grid.cell_height), " pixels on ", box.width, " x ",
                     box.height, "; ");
  }
  return text +
         c10::str(std::lround(100 * restored.invented), " % of the detail inside is invented");
}

bool fills(const Model& model) {
  return is_inpainter(model);
}

std::string run_filling(const PlayTask& task) {
  require(task.region.defined(), "paint over what is to be filled");
  const auto made = inpaint(task.model, task.image, task.region);
  write_image(with_provenance(made, provenance_of(task, "translate")), task.out);
  return "what was painted over is invented";
}

bool translates(const Model& model) {
  return model.info().image_spec().scale == 1 && !model.method().abilities().directions.empty();
}

std::string run_translation(const PlayTask& task) {
  write_image(with_provenance(task.model(task.image), provenance_of(task, "translate")), task.out);
  return "its content is invented by the model";
}

}  // namespace

const std::vector<PlayTool>& play_tools() {
  static const std::vector<PlayTool> all = {{"restore", restores, run_restoring},
                                            {"fill", fills, run_filling},
                                            {"upscale", enlarges, run_enlarging},
                                            {"translate", translates, run_translation}};
  return all;
}

}  // namespace ganvas
