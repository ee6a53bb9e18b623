// ganvas upscale
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <cstdio>

#include "cli/command.h"
#include "cli/detail.h"
#include "cli/image_batch.h"
#include "cli/weights.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/inference/enlarge.h"

namespace ganvas {
namespace {

struct UpscaleConfig {
  double scale = 0;
  int64_t width = 0, height = 0;
  std::string fit;
  bool wrap = false;
  DetailConfig detail{.vivid = own_weights("upscale-x4-vivid")};
  int64_t tile = Enlarging{}.tile;
  bool ensemble = false, back_projection = false;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("scale", scale, "size of the results over that of the images; 0 is the model's own",
      Range{0, 8});
    v("width", width, "of the results, pixels; the shape stays", Range{0, 1e6});
    v("height", height, "of the results, pixels; the shape stays", Range{0, 1e6});
    v("fit", fit, "WIDTHxHEIGHT: the largest results of this shape that fit into it");
    v("wrap", wrap, "the image is a texture that repeats: its opposite sides meet");
    detail.visit(v);
    v("tile", tile,
      "side of the parts that are enlarged at once, pixels; smaller takes less memory",
      Range{16, 4096});
    v("ensemble", ensemble,
      "self-ensemble: the mean over the eight rotations and reflections; a little closer, eight "
      "times slower");
    v("back-projection", back_projection,
      "move the result so that, made small again, it is the input");
  }
};

/// WIDTHxHEIGHT.
ImageSize read_size(const std::string& text) {
  ImageSize size;
  int used = 0;
  const bool is_size =
      std::sscanf(text.c_str(), "%ldx%ld%n", &size.width, &size.height, &used) == 2 &&
      static_cast<size_t>(used) == text.size() && size.width > 0 && size.height > 0;
  require_usage(is_size, "--fit: got ", text, ", expected WIDTHxHEIGHT as 1920x1080");
  return size;
}

/// The factor that the flags ask for, of an image of this size; `own` if they ask for none.
double factor_for(const UpscaleConfig& config, const Image& image, int64_t own) {
  const auto over = [](int64_t length, int64_t side) {
    return static_cast<double>(length) / static_cast<double>(side);
  };
  if (config.scale > 0) return config.scale;
  if (config.width > 0) return over(config.width, image.width);
  if (config.height > 0) return over(config.height, image.height);
  if (config.fit.empty()) return static_cast<double>(own);
  const auto box = read_size(config.fit);
  return std::min(over(box.width, image.width), over(box.height, image.height));
}

/// The size of an image's result: the model's, reduced if something else is asked for.
ImageSize size_of_result(const UpscaleConfig& config, const Image& image, int64_t own) {
  const double factor = factor_for(config, image, own);
  require(factor <= static_cast<double>(own) * (1 + 1e-9), "got ", image.width, " x ", image.height,
          " to be enlarged ", factor, " times, and the model enlarges ", own,
          " times; enlarge the result again");
  const auto side = [factor](int64_t length) {
    return std::max<int64_t>(1, std::lround(factor * static_cast<double>(length)));
  };
  return {config.width > 0 ? config.width : side(image.width),
          config.height > 0 ? config.height : side(image.height)};
}

void check(const UpscaleConfig& config) {
  const int asked =
      (config.scale > 0) + (config.width > 0) + (config.height > 0) + !config.fit.empty();
  require_usage(asked <= 1, "--scale, --width, --height and --fit: got several, expected one");
  if (!config.fit.empty()) read_size(config.fit);
}

/// "47/96, 3 min 20 s left".
std::string parts_text(int64_t done, int64_t all, std::chrono::steady_clock::time_point begin) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  const double left = passed.count() * static_cast<double>(all - done) / static_cast<double>(done);
  return c10::str(done, "/", all, ", ", duration_text(left), " left");
}

}  // namespace

int run_upscale(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Enlarges images with a trained model, by default the one that comes with ganvas (x4). Any "
      "size; bits, alpha and metadata stay. The detail is the model's guess, not a recovery of "
      "what "
      "the camera saw.",
      "ganvas upscale");
  std::string model_path = own_weights("upscale-x4"), out;
  std::vector<std::string> inputs;
  Settings given;
  expected.require("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "a folder, or a file for a single input");
  expected.take(
      "--model", model_path,
      "a run's folder or a checkpoint of srresnet or srgan, or weights of other programs: .pth, .safetensors, ncnn's .param");
  expected.take(describe(UpscaleConfig{}), given);
  expected.take(describe(BatchConfig{}), given, kFilesGroup);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<UpscaleConfig>(given);
  check(config);

  const auto machine = machine_of(given);
  Model model(model_path, machine);
  const int64_t scale = enlarging_scale(model);  // refuses other models before anything is made
  config.detail.apply_to(model);
  require_usage(config.scale <= static_cast<double>(scale), "--scale: got ", config.scale,
                ", but the model enlarges ", scale, " times; enlarge the result again");
  const auto provenance = model.provenance("upscale", of_pixels(given));
  const ImageBatch batch{inputs, out, config_of<BatchConfig>(given), "enlarged"};
  const auto file = write_options(batch.config);
  return for_each_image(
      batch, [&](const Image& plain, const fs::path& input, const fs::path& output) -> Writing {
        const auto image = with_provenance(plain, provenance);
        const auto begin = std::chrono::steady_clock::now();
        Enlarging how{config.tile, config.ensemble ? kDihedrals : 1, config.back_projection,
                      config.wrap};
        how.on_tile = [&](int64_t done, int64_t all) {
          if (interrupted()) throw Interrupted(output.string() + ": interrupted");
          show_progress(input.filename().string() + "  " + parts_text(done, all, begin),
                        /*milestone=*/false);
        };
        // writes on the way
        enlarge(model, image, output, how, {file, size_of_result(config, image, scale)});
        return {};
      });
}

}  // namespace ganvas
