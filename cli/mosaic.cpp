// ganvas mosaic
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/image_batch.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/draw_mosaic.h"
#include "ganvas/image/provenance.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"
#include "ganvas/inference/activation_map.h"

namespace ganvas {
namespace {

struct RedactConfig {
  std::string mask;
  int64_t cell = 0, cell_height = 0;
  int64_t phase_x = -1, phase_y = -1;
  double threshold = 0.2;
  double rescale = 1;
  int64_t seed = 0;
  bool pairs = false;
  std::string fill = "cells";
  MosaicConfig mosaics;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("mask", mask, "image of the same size, white where the mosaic is to be");
    v("cell", cell, "width of the cells, pixels; 0 draws it between --least-cell and --most-cell",
      Range{0, 1024});
    v("cell-height", cell_height, "their height; 0 is as --cell", Range{0, 1024});
    v("phase-x", phase_x, "pixels of the first cell that lie left of the image; -1 as --phase says",
      Range{-1, 1023});
    v("phase-y", phase_y, "pixels of the first cell that lie above it; -1 as --phase says",
      Range{-1, 1023});
    v("threshold", threshold, "with --cam: share of the map's peak above which the region lies",
      Range{0, 0.99});
    v("rescale", rescale, "size of the result over that of the image", Range{0.1, 4});
    v("seed", seed, "of all that is drawn; the same seed and name give the same mosaic",
      Range{0, 1e15});
    v("pairs", pairs,
      "write training pairs: A/X.png with the mosaic, B/X.png without, masks/X.png, and X.json "
      "with "
      "grid, phase and all settings; cells are those whose centre lies in the region");
    v("fill", fill,
      "what covers the region: cells of one colour each, or black, which hides for good",
      Choices{"cells", "black"});
    mosaics.visit(v);
  }
};

/// Where mosaics are to be, as the command line says it.
struct Places {
  std::vector<Box> boxes, ellipses;
  std::optional<Model> classifier;
};

Box read_box(const std::string& flag, const std::string& text) {
  std::vector<int64_t> numbers;
  for (const auto& part : split_at_commas(text)) {
    int64_t number = 0;
    read_knob({flag, "0", "", KnobKind::kInteger, Range{-1e6, 1e6}}, part, number);
    numbers.push_back(number);
  }
  require_usage(numbers.size() == 4 && numbers[2] > 0 && numbers[3] > 0, "--", flag, ": got ", text,
                ", expected left,top,width,height, the last two at least 1");
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

/// A number of a name, the same on every machine (FNV-1a).
uint64_t stream_of(const std::string& name) {
  uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char c : name) hash = (hash ^ c) * 1099511628211ULL;
  return hash;
}

/// A box that hides nothing is a mistake of who wrote it down.
void require_inside(const Box& box, int64_t width, int64_t height) {
  const bool is_beside = box.left >= width || box.left + box.width <= 0;
  const bool is_above = box.top >= height || box.top + box.height <= 0;
  require(!is_beside && !is_above, "the region ", box.left, ",", box.top, ",", box.width, ",",
          box.height, " lies outside of the image, which has ", width, " x ", height, " pixels");
}

Tensor region_of(const Image& image, const Places& places, const RedactConfig& config,
                 Random& random) {
  const int64_t height = image.height, width = image.width;
  if (!config.mask.empty()) return read_region(config.mask, height, width);
  if (places.classifier) {
    const auto channels = places.classifier->info().image_spec().channels_a;
    const auto seen = activation_map(*places.classifier, to_tensor(image, channels), kNoLabel);
    return map_region(seen.map, config.threshold);
  }
  if (places.boxes.empty() && places.ellipses.empty()) {
    return draw_region(config.mosaics.region, height, width, random);
  }
  auto region = at::zeros({1, height, width});
  for (const auto* boxes : {&places.boxes, &places.ellipses}) {
    for (const auto& box : *boxes) require_inside(box, width, height);
  }
  for (const auto& box : places.boxes) {
    region = region.maximum(rectangle_region(height, width, box));
  }
  for (const auto& box : places.ellipses) {
    region = region.maximum(ellipse_region(height, width, box));
  }
  return region;
}

Grid grid_of(const RedactConfig& config, Random& random) {
  auto grid = draw_grid(config.mosaics, random);
  if (config.cell > 0) {
    grid.cell_width = config.cell;
    grid.cell_height = config.cell_height > 0 ? config.cell_height : config.cell;
    const bool is_edge = config.mosaics.phase == Phase::kEdge;
    grid.phase_x = is_edge ? 0 : random.integer(0, grid.cell_width - 1);
    grid.phase_y = is_edge ? 0 : random.integer(0, grid.cell_height - 1);
  }
  if (config.phase_x >= 0) grid.phase_x = config.phase_x;
  if (config.phase_y >= 0) grid.phase_y = config.phase_y;
  require_usage(grid.phase_x < grid.cell_width && grid.phase_y < grid.cell_height,
                "--phase-x and --phase-y: got ", grid.phase_x, " and ", grid.phase_y,
                ", expected less than the cells, ", grid.cell_width, " x ", grid.cell_height);
  return grid;
}

/// An image in another size, as a file holds it.
Image rescaled(const Image& image, double scale) {
  const auto scaled = [&](int64_t length) {
    return std::max<int64_t>(1, std::lround(scale * static_cast<double>(length)));
  };
  const int64_t height = scaled(image.height), width = scaled(image.width);
  auto result = make_image(width, height, image.channels, image.bits);
  result.metadata = image.metadata;
  result = with_colors(result, resize(to_tensor(image, image.colors()), height, width));
  return image.has_alpha() ? with_alpha(result, resize(alpha_of(image), height, width)) : result;
}

Json to_json(const Mosaic& mosaic, const RedactConfig& config) {
  const auto& g = mosaic.grid;
  return {{"cell_width", g.cell_width},
          {"cell_height", g.cell_height},
          {"phase_x", g.phase_x},
          {"phase_y", g.phase_y},
          {"share", mosaic.mask.mean().item<double>()},
          {"settings", knobs_to_json(describe(config))}};
}

/// The files of a training pair: mosaic, image, mask, settings.
std::vector<fs::path> pair_files(const fs::path& output) {
  const auto folder = output.parent_path();
  const auto name = output.stem().string() + ".png";
  return {folder / "A" / name, folder / "B" / name, folder / "masks" / name,
          folder / (output.stem().string() + ".json")};
}

void write_pair(const Image& image, const Image& result, const Mosaic& mosaic,
                const RedactConfig& config, const fs::path& output) {
  const auto files = pair_files(output);
  write_image(result, files[0]);
  write_image(without_history(image), files[1]);
  write_image(to_image(mosaic.mask * 2 - 1), files[2]);
  write_file(files[3], to_json(mosaic, config).dump(2) + "\n");
}

/// Refuses what would hide nothing, or make no pairs.
void check(const RedactConfig& config) {
  require_usage(!config.pairs || config.rescale == 1,
                "--pairs and --rescale: pairs are of one size; leave one out");
  require_usage(!config.pairs || config.fill == "cells", "--pairs and --fill: pairs are of cells");
  if (config.pairs) return;
  require_usage(config.cell != 1 && config.cell_height != 1,
                "--cell: got 1, expected at least 2: cells of one pixel hide nothing");
  require_usage(config.mosaics.strength == 1, "--strength: got ", config.mosaics.strength,
                ", through which the image shines; it is for training --pairs");
  const bool wears = config.mosaics.noise > 0 || config.mosaics.jpeg > 0;
  require_usage(!wears, "--added-noise and --jpeg: are for training --pairs");
}

/// Reads the flags that name regions. Returns whether any does.
bool read_places(const std::vector<std::string>& boxes, const std::vector<std::string>& ellipses,
                 const std::string& cam, const RedactConfig& config, Places& places) {
  for (const auto& text : boxes) places.boxes.push_back(read_box("box", text));
  for (const auto& text : ellipses) places.ellipses.push_back(read_box("ellipse", text));
  const int ways = (config.mask.empty() ? 0 : 1) + (cam.empty() ? 0 : 1) +
                   (places.boxes.empty() && places.ellipses.empty() ? 0 : 1);
  require_usage(ways <= 1, "--mask, --cam and --box or --ellipse: got several, expected one");
  return ways == 1;
}

/// What is done to every image.
struct Covering {
  const RedactConfig& config;
  const Places& places;
  const WriteOptions& file;
};

Writing cover_image(const Image& image, const fs::path& input, const fs::path& output,
                    const Covering& how) {
  const auto& config = how.config;
  Random random(static_cast<uint64_t>(config.seed), /*stream=*/11,
                stream_of(input.filename().string()));
  Mosaic mosaic;
  mosaic.grid = grid_of(config, random);
  const auto region = region_of(image, how.places, config, random);
  mosaic.mask =
      config.pairs ? cells_of_region(region, mosaic.grid) : cells_touching(region, mosaic.grid);
  require(mosaic.mask.any().item<bool>(), input.string(), ": the region ",
          config.pairs ? "holds the centre of no cell; take smaller cells or a larger region"
                       : "holds no pixel of the image");
  if (config.pairs) {
    write_pair(image, draw_pixelated(image, mosaic, config.mosaics, random), mosaic, config,
               output);
    return {};
  }
  auto result = hidden(image, mosaic, config.fill == "black" ? Cover::kBlack : Cover::kCells);
  if (config.rescale != 1) result = rescaled(result, config.rescale);
  return
      [result = std::move(result), output, file = how.file] { write_image(result, output, file); };
}

}  // namespace

int run_mosaic(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Pixelates parts of images: what --mask, --box, --ellipse or --cam name, else regions "
      "drawn "
      "at random. Every cell that touches the region is covered, and nothing of what lay there "
      "stays "
      "in the file: metadata and thumbnails are left out, alpha is covered too. Mosaics protect "
      "little, since what is under them can often be guessed: to hide something for good, take "
      "--fill "
      "black. In JPEG, WebP and AVIF the other pixels move a little when they are written.",
      "ganvas mosaic");
  std::string out, cam;
  std::vector<std::string> inputs, boxes, ellipses;
  Places places;
  Settings given;
  expected.require("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "a folder, or a file for a single input");
  expected.take("--box", boxes, "left,top,width,height in pixels; may be given again");
  expected.take("--ellipse", ellipses, "the ellipse in such a box; may be given again");
  expected.take("--cam", cam, "a run of --method classifier: where it sees the class it tells");
  expected.take(describe(RedactConfig{}), given);
  expected.take(describe(BatchConfig{}), given, kFilesGroup);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<RedactConfig>(given);
  const bool are_named = read_places(boxes, ellipses, cam, config, places);
  check(config);
  require_usage(are_named || config.pairs || config.fill != "black",
                "--fill black: no region is named; give --box, --ellipse, --mask or --cam");
  if (!cam.empty()) {
    places.classifier.emplace(cam, machine_of(given));
  }
  ImageBatch batch{inputs, out, config_of<BatchConfig>(given), "pixelated"};
  batch.also.read = {config.mask};
  if (config.pairs) {
    const auto& format = batch.config.format;
    require_usage(format == "keep" || format == "png", "--format: got ", format,
                  ", but training pairs are PNG; leave it out");
    batch.config.format = "png";
    batch.files_of = pair_files;
    make_folders(out);
  }
  const auto file = write_options(batch.config);
  const int code =
      for_each_image(batch, [&](const Image& image, const fs::path& input, const fs::path& output) {
        return cover_image(image, input, output, {config, places, file});
      });
  if (code == kDone && are_named && !config.pairs && config.fill == "cells") {
    note(
        "mosaics protect little: what is under them can often be guessed from the cells, letters "
        "and "
        "digits above all; --fill black hides for good");
  }
  if (code == kDone && !are_named && !config.pairs) {
    note("no region was named: what was pixelated was drawn at random (--box, --ellipse, --mask)");
  }
  return code;
}

}  // namespace ganvas
