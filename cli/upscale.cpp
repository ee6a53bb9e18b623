// ganvas upscale
// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "cli/command.h"
#include "cli/pictures.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/translate/enlarge.h"

namespace ganvas {
namespace {

struct UpscaleConfig {
  int64_t tile = Enlarging{}.tile;
  bool ensemble = false, hold = false;
  std::string format = "keep";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("tile", tile,
      "side of the parts that are enlarged at once, pixels; smaller takes less memory",
      Range{16, 4096});
    v("ensemble", ensemble,
      "average over the eight ways to lay the picture: a little closer, eight times slower");
    v("hold", hold, "move the result so that, made small again, it is the input");
    v("format", format, "format of the results", Choices{"keep", "png", "jpg", "webp", "tif"});
  }
};

/// "47/96, 3 min 20 s left".
std::string parts_text(int64_t done, int64_t all, std::chrono::steady_clock::time_point begin) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  const double left = passed.count() * static_cast<double>(all - done) / static_cast<double>(done);
  return c10::str(done, "/", all, ", ", duration_text(left), " left");
}

}  // namespace

int run_upscale(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Enlarges pictures with a trained model, by default the one that comes with ganvas (x4). Any "
      "size; bits, alpha and metadata stay. The detail is the model's guess, not a recovery of "
      "what "
      "the camera saw.",
      "ganvas upscale");
  std::string model_path = GANVAS_WEIGHTS "/upscale-x4.safetensors", out;
  std::vector<std::string> inputs;
  Settings given;
  app.add_option("inputs", inputs, "pictures, or folders of them")->required();
  app.add_option("-o,--out", out, "a folder, or a file for a single input")->required();
  app.add_option("--model", model_path, "a run's folder, or a checkpoint, of srresnet or srgan");
  add_knobs(app, describe(UpscaleConfig{}), given);
  add_knobs(app, describe(MachineConfig{}), given);
  if (!parse(app, arguments)) return kDone;
  const auto config = config_of<UpscaleConfig>(given);

  const Translator model(model_path,
                         set_up_machine(config_of<MachineConfig>(given), Work::kInference));
  enlarging_scale(model);  // refuses other models before anything is made
  const auto provenance = model.provenance("upscale", given);
  return for_each_picture(
      inputs, out, config.format, "enlarged",
      [&](const Image& picture, const fs::path& input, const fs::path& output) -> Writing {
        const auto image = with_provenance(picture, provenance);
        const auto begin = std::chrono::steady_clock::now();
        Enlarging how{config.tile, config.ensemble ? 8 : 1, config.hold};
        how.on_tile = [&](int64_t done, int64_t all) {
          require(!interrupted(), output.string(), ": interrupted");
          show_progress(input.filename().string() + "  " + parts_text(done, all, begin),
                        /*milestone=*/false);
        };
        enlarge(model, image, output, how);  // writes on the way
        return {};
      });
}

}  // namespace ganvas
