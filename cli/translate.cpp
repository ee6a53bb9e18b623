// ganvas translate
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/translate/translator.h"

namespace ganvas {
namespace {

struct TranslateConfig {
  std::string part = "auto";
  std::string direction = "auto";
  int64_t size = 0;
  int64_t seed = 0;
  std::string format = "keep";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("part", part,
      "what of a picture to translate; auto takes the input half of pictures twice as wide as "
      "high, if the model was trained on such pairs",
      Choices{"auto", "whole", "left", "right"});
    v("size", size,
      "show the network pictures of this side, then enlarge back; 0 is their own size",
      Range{0, 16384});
    v("direction", direction,
      "from which of the data's domains to which; auto is as the model was trained",
      Choices{"auto", "AtoB", "BtoA"});
    v("seed", seed, "of the generator's noise", Range{0, 1e15});
    v("format", format, "format of the results", Choices{"keep", "png", "jpg", "webp", "tif"});
  }
};

/// The picture, or the half of it that is the model's input.
Image input_part(Image image, const std::string& part, const Translator& model) {
  if (part == "left") return half_of(image, Half::kLeft);
  if (part == "right") return half_of(image, Half::kRight);
  const bool is_pair = model.knob("pairs") == "side-by-side" && image.width == 2 * image.height;
  if (part == "whole" || !is_pair) return image;
  return half_of(image, model.knob("direction") == "AtoB" ? Half::kLeft : Half::kRight);
}

fs::path output_path(const fs::path& input, const fs::path& out, bool out_is_folder,
                     const std::string& format) {
  if (!out_is_folder) return out;
  auto name = input.filename();
  if (format != "keep") name.replace_extension("." + format);
  return out / name;
}

}  // namespace

int run_translate(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Puts pictures through a trained model. The results keep size, format, bits, alpha, "
      "colour profile and EXIF. Their content is invented by the model.",
      "ganvas translate");
  std::string model_path, out;
  std::vector<std::string> inputs;
  Settings given;
  app.add_option("--model", model_path, "a run's folder, or a checkpoint")->required();
  app.add_option("inputs", inputs, "pictures, or folders of them")->required();
  app.add_option("-o,--out", out, "a folder, or a file for a single input")->required();
  add_knobs(app, describe(TranslateConfig{}), given);
  add_knobs(app, describe(MachineConfig{}), given);
  if (!parse(app, arguments)) return kDone;
  const auto config = config_of<TranslateConfig>(given);

  const auto files = expand_inputs(inputs);
  const bool single = files.size() == 1 && !fs::is_directory(inputs[0]);
  const bool out_is_folder = !single || fs::is_directory(out) || !has_image_name(out);
  const Translator model(model_path,
                         set_up_machine(config_of<MachineConfig>(given), Work::kInference));
  const bool is_trained_way =
      config.direction == "auto" || config.direction == model.knob("direction");
  const Translation how{is_trained_way ? Direction::kAtoB : Direction::kBtoA, config.size,
                        static_cast<uint64_t>(config.seed)};
  model.check(how);
  if (out_is_folder) make_folders(out);
  watch_interrupts();
  int64_t failures = 0;
  for (size_t i = 0; i < files.size() && !interrupted(); ++i) {
    try {
      const auto target = output_path(files[i], out, out_is_folder, config.format);
      require(!fs::exists(target) || !fs::equivalent(target, files[i]), target.string(),
              ": is the input itself; choose another --out");
      const auto image = input_part(read_image(files[i]), config.part, model);
      write_image(model(image, how), target);
      show_progress(c10::str(i + 1, "/", files.size(), "  ", target.string()), /*milestone=*/true);
    } catch (const std::exception& error) {
      ++failures;
      warn(first_line(error.what()));
    }
  }
  note(c10::str(static_cast<int64_t>(files.size()) - failures, " translated, ", failures,
                " failed"));
  if (interrupted()) return kInterrupted;
  return failures == 0 ? kDone : kFailed;
}

}  // namespace ganvas
