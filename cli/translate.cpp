// ganvas translate
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "cli/image_batch.h"
#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/region.h"
#include "ganvas/inference/inpaint.h"

namespace ganvas {
namespace {

struct TranslateConfig {
  std::string part = "whole";
  std::string direction = "auto";
  int64_t size = 0;
  int64_t seed = 0;
  std::string mask;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("part", part,
      "what of an image to translate; auto takes the input half of images twice as wide as "
      "high, "
      "if the model was trained on such pairs",
      Choices{"whole", "auto", "left", "right"});
    v("size", size, "show the network images of this side, then enlarge back; 0 is their own size",
      Range{0, 16384});
    v("direction", direction,
      "from which of the data's domains to which; auto is as the model was trained",
      Choices{"auto", "AtoB", "BtoA"});
    v("seed", seed, "of the generator's noise", Range{0, 1e15});
    v("mask", mask,
      "models of --layout masked: image of the same size, white where it is to be filled; pixels "
      "outside stay as they are, to the bit in PNG, TIFF and lossless WebP");
  }
};

/// The image, or the half of it that is the model's input.
Image input_part(Image image, const std::string& part, const Model& model) {
  if (part == "left") return half_of(image, Half::kLeft);
  if (part == "right") return half_of(image, Half::kRight);
  const auto size = model.info().image_spec().size;
  const bool is_pair = model.knob("layout") == "side-by-side" &&
                       image.width * size.height == 2 * size.width * image.height;
  if (part == "whole" || !is_pair) return image;
  return half_of(image, model.knob("direction") == "AtoB" ? Half::kLeft : Half::kRight);
}

/// A mask is for models that fill what it hides, and they want one.
void require_mask_fits(const Model& model, const TranslateConfig& config) {
  require_usage(is_inpainter(model) || config.mask.empty(),
                "--mask: is for models that were trained with --layout masked; leave it out");
  if (!is_inpainter(model)) return;
  require_usage(!config.mask.empty(),
                "--mask: is missing; this model fills parts of images, name which");
  require_usage(
      config.size == 0 && config.part == "whole" && config.direction == "auto",
      "--mask: is of whole images in their own size; leave out --size, --part, --direction");
  require_usage(is_file(config.mask), "--mask: got ", config.mask,
                ", expected the file of an image, white where it is to be filled");
}

Image translated(const Model& model, const Image& image, const Translation& how,
                 const std::string& mask) {
  if (!is_inpainter(model)) return model(image, how);
  return inpaint(model, image, read_region(mask, image.height, image.width));
}

}  // namespace

int run_translate(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Puts images through a trained model. The results keep size, format, bits, alpha, "
      "colour profile and EXIF. Their content is invented by the model.",
      "ganvas translate");
  std::string model_path, out;
  std::vector<std::string> inputs;
  Settings given;
  expected.require(
      "--model", model_path,
      "a run's folder, a checkpoint, or weights of other programs: .pth, .safetensors, ncnn's .param");
  expected.require("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "a folder, or a file for a single input");
  expected.take(describe(TranslateConfig{}), given);
  expected.take(describe(BatchConfig{}), given, kFilesGroup);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<TranslateConfig>(given);

  const Model model(model_path, machine_of(given));
  require_usage(model.info().image_spec().scale == 1, "--model: got one of ", model.info().method,
                ", which enlarges images; use ganvas upscale");
  const auto trained = model.knob("direction");  // of kinds of data that have one
  const bool is_trained_way =
      config.direction == "auto" || config.direction == (trained.empty() ? "AtoB" : trained);
  const Translation how{is_trained_way ? Direction::kAtoB : Direction::kBtoA, config.size,
                        static_cast<uint64_t>(config.seed)};
  model.check(how);
  require_mask_fits(model, config);
  const auto provenance = model.provenance("translate", of_pixels(given));
  ImageBatch batch{inputs, out, config_of<BatchConfig>(given), "translated"};
  batch.also.read = {config.mask};
  const auto file = write_options(batch.config);
  return for_each_image(batch,
                        [&](Image whole, const fs::path&, const fs::path& output) -> Writing {
                          const auto image = input_part(std::move(whole), config.part, model);
                          const auto made = translated(model, image, how, config.mask);
                          return [result = with_provenance(made, provenance), output, file] {
                            write_image(result, output, file);
                          };
                        });
}

}  // namespace ganvas
