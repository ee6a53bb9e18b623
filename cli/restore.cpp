// ganvas restore
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/restore.h"

#include <optional>

#include <ATen/ops/maximum.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/detail.h"
#include "cli/image_batch.h"
#include "cli/weights.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/mosaic.h"
#include "ganvas/image/region.h"
#include "ganvas/mosaic/find_mosaics.h"
#include "ganvas/mosaic/named_grid.h"
#include "ganvas/report/page.h"

namespace ganvas {
namespace {

struct RestoreConfig {
  int64_t cell = 0;
  int64_t cell_height = 0;
  int64_t phase_x = 0, phase_y = 0;
  std::string mask;
  DetailConfig detail{.vivid = own_weights("restore-vivid")};
  bool ensemble = false, doubt = false, find_only = false;
  std::string page;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("cell", cell, "width of the cells, pixels; 0 finds mosaics and their cells", Range{0, 256});
    v("cell-height", cell_height, "their height; 0 is as --cell", Range{0, 256});
    v("phase-x", phase_x, "pixels of the first cell that lie left of the image", Range{0, 255});
    v("phase-y", phase_y, "pixels of the first cell that lie above it", Range{0, 255});
    v("mask", mask, "with --cell: image of this size, white where the mosaic is");
    v("find-only", find_only,
      "restore nothing: write X-mask.png, white where mosaics are, and X-mosaics.json with their "
      "cells");
    detail.visit(v);
    v("ensemble", ensemble,
      "self-ensemble: the mean over the eight rotations and reflections; a little closer, eight "
      "times slower");
    v("doubt", doubt,
      "the same, and write X-doubt.png beside each result: how far the eight disagree, 32 levels "
      "white");
    v("page", page,
      "HTML page to write: what was found, what was invented, and sliders between the image, its "
      "result and, with --doubt, the map of doubt");
  }
};

/// Where the map of doubt of a result goes.
fs::path doubt_of(const fs::path& output) {
  return output.parent_path() / (output.stem().string() + "-doubt.png");
}

/// What --find-only writes for a result.
fs::path mask_of(const fs::path& output) {
  return output.parent_path() / (output.stem().string() + "-mask.png");
}

fs::path list_of(const fs::path& output) {
  return output.parent_path() / (output.stem().string() + "-mosaics.json");
}

std::string percent(double share) {
  if (share > 0 && share < 0.01) return "under 1 %";
  return c10::str(std::lround(100 * share), " %");
}

std::string grid_text(const FineGrid& g) {
  return c10::str("cells of ", g.cell_width, " x ", g.cell_height, " pixels, phase ", g.phase_x,
                  ", ", g.phase_y);
}

/// The mosaic that the flags name, its phase looked for inside the mask unless it is named too.
FoundMosaic named_mosaic(const Image& image, const RestoreConfig& config, const fs::path& input) {
  const auto region = read_region(config.mask, image.height, image.width);
  const int64_t high = config.cell_height > 0 ? config.cell_height : config.cell;
  Mosaic mosaic{{config.cell, high, config.phase_x, config.phase_y}, {}};
  mosaic.mask = cells_of_region(region, mosaic.grid);
  require(mosaic.mask.sum().item<double>() > 0, "--mask: has nothing white in it");
  const auto look = look_at_named(image, mosaic);
  require(
      look.is_seen, "--cell: no ", grid_text(known_mosaic(mosaic).grid),
      " or any other, show inside the mask; expected steps at their lines. Leave out --cell and "
      "--mask to have mosaics found");
  if (look.fits) return known_mosaic(mosaic);
  const Mosaic better{look.grid, cells_of_region(region, look.grid)};
  const bool is_phase_named = config.phase_x != 0 || config.phase_y != 0;
  require(!is_phase_named, "--phase-x, --phase-y: got ", config.phase_x, ", ", config.phase_y,
          ", but inside the mask cells of this size lie at phase ", look.grid.phase_x, ", ",
          look.grid.phase_y);
  note(c10::str(input.filename().string(), ": inside the mask lie ",
                grid_text(known_mosaic(better).grid)));
  return known_mosaic(better);
}

Findings mosaics_of(const Image& image, const RestoreConfig& config, const fs::path& input) {
  if (config.cell > 0) return {{named_mosaic(image, config, input)}, {}};
  auto findings = find_mosaics(image);
  const auto name = input.filename().string();
  for (const auto& mosaic : findings.mosaics) {
    note(c10::str(name, ": ", grid_text(mosaic.grid), ", on ",
                  percent(mosaic.mask.mean().item<double>()), " of the image"));
  }
  for (const auto& what : findings.look_alikes) note(c10::str(name, ": ", what));
  return findings;
}

/// The mosaics to restore. Throws NothingToDo if there is none.
std::vector<FoundMosaic> some_mosaics_of(const Image& image, const RestoreConfig& config,
                                         const fs::path& input) {
  auto findings = mosaics_of(image, config, input);
  if (!findings.mosaics.empty()) return std::move(findings.mosaics);
  note(input.string() + ": no mosaic found; name it with --cell and --mask if there is one");
  throw NothingToDo("without a mosaic");
}

/// Writes what was found in an image, with its mask.
Writing write_findings(const Image& image, const Findings& findings, const fs::path& input,
                       const fs::path& output) {
  auto mask = at::zeros({1, image.height, image.width});
  nlohmann::ordered_json list = {{"image", input.filename().string()},
                                 {"width", image.width},
                                 {"height", image.height},
                                 {"mosaics", nlohmann::ordered_json::array()},
                                 {"look_alikes", findings.look_alikes}};
  for (const auto& mosaic : findings.mosaics) {
    mask = at::maximum(mask, mosaic.mask);
    const auto& g = mosaic.grid;
    const auto box = bounding_box(mosaic.mask);
    list["mosaics"].push_back({{"cell", {g.cell_width, g.cell_height}},
                               {"phase", {g.phase_x, g.phase_y}},
                               {"box", {box.left, box.top, box.width, box.height}},
                               {"pixels", mosaic.mask.sum().item<int64_t>()},
                               {"evidence", mosaic.evidence}});
  }
  return [white = to_image(mask * 2 - 1), list, output] {
    write_image(white, mask_of(output));
    write_file(list_of(output),
               list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  };
}

/// What --page shows.
struct Sheet {
  std::vector<std::vector<std::string>> lines = {
      {"image", "cells", "of the image", "detail invented", "mean doubt inside, levels"}};
  Page images;

  void add(const std::string& name, const Image& image, const std::vector<FoundMosaic>& mosaics,
           const Restoration& restored, const Restoring& how) {
    auto mask = mosaics[0].mask;
    std::string cells;
    for (const auto& mosaic : mosaics) {
      mask = at::maximum(mask, mosaic.mask);
      cells += c10::str(cells.empty() ? "" : ", ", mosaic.grid.cell_width, " x ",
                        mosaic.grid.cell_height);
    }
    const double doubt = (restored.spread * mask).sum().item<double>() / mask.sum().item<double>();
    lines.push_back({name, cells, percent(mask.mean().item<double>()), percent(restored.invented),
                     how.ways > 1 ? c10::str(static_cast<double>(std::lround(10 * doubt)) / 10)
                                  : "not asked for"});
    std::vector<std::pair<std::string, Image>> versions = {{"as it is", image},
                                                           {"restored", restored.image}};
    if (how.ways > 1) versions.emplace_back("doubt", doubt_image(restored));
    images.add_comparison(name, versions);
  }

  std::string html() const {
    Page page("ganvas restore");
    page.add_text(
        "What is inside a mosaic was invented by a model: plausible, not true. Each cell keeps its "
        "mean where cells are whole pixels; the rest of the detail has no ground in the image. "
        "Where the map of doubt is bright the model would as well have drawn something else.");
    page.add_table(lines);
    page.add_grid(images);
    return page.html();
  }
};

/// restore --find-only
int find_all(const RestoreConfig& config, const std::vector<std::string>& inputs,
             const fs::path& out, const BatchConfig& images) {
  require_usage(!config.doubt && !config.ensemble && config.page.empty(),
                "--find-only: restores nothing, so --doubt, --ensemble and --page say nothing");
  ImageBatch batch{inputs, out, images, "searched", [](const fs::path& output) {
                     return std::vector{mask_of(output), list_of(output)};
                   }};
  batch.also.read = {config.mask};
  return for_each_image(
      batch, [&](const Image& image, const fs::path& input, const fs::path& output) {
        return write_findings(image, mosaics_of(image, config, input), input, output);
      });
}

}  // namespace

int run_restore(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Finds mosaics in images and restores them with a trained model, by default the one that "
      "comes with ganvas. Each cell keeps its mean; all else in it is invented: plausible, not "
      "true, and the file's XMP says so. Pixels outside the mosaics stay as they are: to the bit "
      "in "
      "PNG, TIFF and lossless WebP; JPEG, WebP and AVIF move all of them a little when they are "
      "written. For photographs that you may work on; not for undoing the anonymisation of people.",
      "ganvas restore");
  std::string model_path = own_weights("restore"), out;
  std::vector<std::string> inputs;
  Settings given;
  expected.require("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "a folder, or a file for a single input");
  expected.take("--model", model_path, "a run's folder, or a checkpoint, trained on mosaics");
  expected.take(describe(RestoreConfig{}), given);
  expected.take(describe(BatchConfig{}), given, kFilesGroup);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<RestoreConfig>(given);
  require_usage((config.cell > 0) == !config.mask.empty(),
                "--cell and --mask: go together, got one of them");
  require_usage(config.cell > 0 || (config.phase_x == 0 && config.phase_y == 0),
                "--phase-x and --phase-y: are for --cell and --mask, which name a mosaic");

  const auto machine = machine_of(given);
  if (config.find_only) return find_all(config, inputs, out, config_of<BatchConfig>(given));

  Model model(model_path, machine);
  require_restorer(model);
  config.detail.apply_to(model);
  const auto provenance = model.provenance("restore", of_pixels(given));
  const Restoring how{config.ensemble || config.doubt ? kDihedrals : 1};
  const bool has_page = !config.page.empty();
  Sheet sheet;
  ImageBatch batch{
      inputs, out, config_of<BatchConfig>(given), "restored", [&](const fs::path& output) {
        return config.doubt ? std::vector{output, doubt_of(output)} : std::vector{output};
      }};
  batch.also.read = {config.mask, model_path};
  if (has_page) batch.also.written.emplace_back(config.page);
  const auto file = write_options(batch.config);
  const int code = for_each_image(
      batch, [&](const Image& image, const fs::path& input, const fs::path& output) -> Writing {
        const auto mosaics = some_mosaics_of(image, config, input);
        const auto restored = restore(model, image, mosaics, how);
        note(c10::str(input.filename().string(), ": ", percent(restored.invented),
                      " of the detail inside is invented"));
        if (has_page) {
          sheet.add(input.filename().string(), image, mosaics, restored, how);
        }
        auto doubt = config.doubt ? std::optional(doubt_image(restored)) : std::nullopt;
        return [result = with_provenance(restored.image, provenance), doubt = std::move(doubt),
                output, file] {
          write_image(result, output, file);
          if (doubt) write_image(*doubt, doubt_of(output));
        };
      });
  if (has_page) write_file(config.page, sheet.html());
  return code;
}

}  // namespace ganvas
