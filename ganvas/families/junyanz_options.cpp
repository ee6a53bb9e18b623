// The options that junyanz's programs (pix2pix, CycleGAN) write beside their weights, as ours.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/junyanz_options.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/text.h"

namespace ganvas {
namespace {

using Options = std::map<std::string, std::string>;
using Words = std::map<std::string, std::string>;  // theirs to ours

/// One row: an option of theirs, what it is called here, and where its values are words, those.
struct Row {
  std::vector<std::string> theirs;  // its names, today's first
  std::string ours;
  Words words = {};
  std::string only_of = {};  // a method of ours, empty: of all
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {{"netG", "which_model_netG"},
       "generator",
       {{"resnet_9blocks", "resnet9"},
        {"resnet_6blocks", "resnet6"},
        {"unet_256", "unet256"},
        {"unet_128", "unet128"}}},
      {{"ngf"}, "width"},
      {{"ndf"}, "discriminator-width"},
      {{"norm"}, "norm", {{"instance", "instance"}, {"batch", "batch"}, {"none", "none"}}},
      {{"no_dropout"}, "dropout", {{"True", "none"}, {"False", "torch"}}},
      {{"gan_mode"},
       "objective",
       {{"lsgan", "least-squares"}, {"vanilla", "vanilla"}, {"wgangp", "wasserstein"}}},
      {{"no_lsgan"}, "objective", {{"True", "vanilla"}, {"False", "least-squares"}}},
      {{"lambda_L1"}, "l1-weight", {}, "pix2pix"},
      {{"lambda_A"}, "cycle-weight", {}, "cyclegan"},
      {{"lambda_identity"}, "identity-weight", {}, "cyclegan"},
      {{"pool_size"}, "pool-size", {}, "cyclegan"},
      {{"lr"}, "lr"},
      {{"beta1"}, "beta1"},
      {{"batch_size", "batchSize"}, "batch"},
      {{"crop_size", "fineSize"}, "size"},
      {{"load_size", "loadSize"}, "load-size"},
      {{"direction", "which_direction"}, "direction", {{"AtoB", "AtoB"}, {"BtoA", "BtoA"}}},
      {{"no_flip"}, "flip", {{"True", "off"}, {"False", "on"}}},
      {{"preprocess", "resize_or_crop"},
       "fit",
       {{"resize_and_crop", "resize"}, {"scale_width_and_crop", "scale"}, {"crop", "crop"}}},
      {{"lr_policy"},
       "lr-schedule",
       {{"linear", "linear"}, {"lambda", "linear"}, {"plateau", "plateau"}, {"cosine", "cosine"}}},
  };
  return all;
}

/// Lines "   name: value      [default: other]".
Options options_in(const fs::path& path) {
  Options options;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    line = line.substr(0, line.find("[default"));
    if (colon < line.size()) {
      options[trimmed(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    }
  }
  return options;
}

std::string value_of(const Options& options, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (options.count(name) > 0) return options.at(name);
  }
  return "";
}

/// Theirs is a number of layers, ours the pixels that each score sees.
void take_discriminator(const Options& options, JunyanzTraining& made) {
  static const Words pixels = {{"1", "16"}, {"2", "34"}, {"3", "70"}, {"4", "142"}, {"5", "286"}};
  const auto kind = value_of(options, {"netD", "which_model_netD"});
  const auto layers = kind == "n_layers" ? value_of(options, {"n_layers_D"}) : "3";
  const auto found = pixels.find(layers);
  if (kind == "pixel") {
    made.settings.emplace_back("patch", "1");
  } else if (found != pixels.end()) {
    made.settings.emplace_back("patch", found->second);
  } else {
    made.left_out.push_back("n_layers_D " + layers);
  }
}

/// Epochs at the full learning rate, and those over which it falls.
void take_length(const Options& options, JunyanzTraining& made) {
  const auto number = [&](const std::vector<std::string>& names) {
    return std::strtod(value_of(options, names).c_str(), nullptr);
  };
  const double full = number({"n_epochs", "niter"}),
               falling = number({"n_epochs_decay", "niter_decay"}), all = full + falling;
  if (!(all >= 1 && all < 1e6)) return;
  made.settings.emplace_back("epochs", std::to_string(std::llround(all)));
  made.settings.emplace_back("lr-decay", knob_text(falling / all));
}

}  // namespace

JunyanzTraining read_junyanz_options(const fs::path& path) {
  static const Words methods = {{"cycle_gan", "cyclegan"}, {"pix2pix", "pix2pix"}};
  const auto options = options_in(path);
  const auto model = value_of(options, {"model"});
  require(
      !model.empty(), path.string(),
      ": got no line 'model: ...', expected the train_opt.txt of pix2pix or CycleGAN (junyanz)");
  const auto method = methods.find(model);
  require(method != methods.end(), path.string(), ": is of the model ", model,
          ", expected cycle_gan or pix2pix; begin with its weights by ganvas train --init-from");
  JunyanzTraining made{method->second, value_of(options, {"dataroot"})};
  for (const auto& row : rows()) {
    const auto value = value_of(options, row.theirs);
    if (value.empty() || (!row.only_of.empty() && row.only_of != made.method)) continue;
    const auto word = row.words.find(value);
    if (row.words.empty()) {
      made.settings.emplace_back(row.ours, value);
    } else if (word != row.words.end()) {
      made.settings.emplace_back(row.ours, word->second);
    } else {
      made.left_out.push_back(row.theirs.front() + " " + value);
    }
  }
  const auto in = value_of(options, {"input_nc"}), out = value_of(options, {"output_nc"});
  if (in == "1" && out == "1") {
    made.settings.emplace_back("color", "grey");
  } else if ((!in.empty() && in != "3") || (!out.empty() && out != "3")) {
    made.left_out.push_back("input_nc " + in + ", output_nc " + out);
  }
  take_discriminator(options, made);
  take_length(options, made);
  if (value_of(options, {"gan_mode"}) == "wgangp")
    made.settings.emplace_back("penalty", "gradient");
  const bool is_cycle = made.method == "cyclegan";
  const auto there = value_of(options, {"lambda_A"}), back = value_of(options, {"lambda_B"});
  if (is_cycle && there != back) made.left_out.push_back("lambda_B " + back);
  return made;
}

}  // namespace ganvas
