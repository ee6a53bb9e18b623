// ganvas import
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/families/junyanz_options.h"
#include "ganvas/train/train.h"

namespace ganvas {
namespace {

constexpr auto kOptions = "train_opt.txt";

/// The data that the other program was given, if they are where this one runs.
fs::path data_of(const std::string& given, const JunyanzTraining& training) {
  if (!given.empty()) return given;
  require_usage(!training.data.empty() && path_exists(training.data), "--data is missing: ",
                training.data.empty()
                    ? "the options name none"
                    : "the options name " + training.data + ", which is not here");
  return training.data;
}

}  // namespace

int run_import(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Makes a run of a training of junyanz's programs (pix2pix, CycleGAN): of its folder, checkpoints/NAME, with "
      "train_opt.txt and latest_net_G.pth or the like. Its options are taken over, its weights are the run's at step 0; "
      "the optimizers begin anew, for those programs do not save them. Then\n"
      "  ganvas train --resume --run RUN\ngoes on, and ganvas translate --model RUN translates. The flags of ganvas "
      "train change what the options say.",
      "ganvas import");
  std::string folder, run, data;
  Settings given;
  expected.require("folder", folder, "the folder with train_opt.txt and the weights");
  expected.require("--run", run, "folder of the new run");
  expected.take("--data", data, "what to train on; where the other program did if not said");
  const auto found = std::find_if(arguments.begin(), arguments.end(), [](const auto& argument) {
    return path_exists(fs::path(argument) / kOptions);
  });
  bool is_there = found != arguments.end();
  JunyanzTraining training;
  if (is_there) training = read_junyanz_options(fs::path(*found) / kOptions);
  take_run_knobs(expected, is_there ? &find_method(training.method) : nullptr, given);
  if (!expected.parse(arguments)) return kDone;
  require(is_folder(folder), folder, is_file(folder) ? ": is a file" : ": no such folder",
          "; expected the folder of a training (checkpoints/NAME), with ", kOptions);
  is_there = is_there && *found == folder;
  require(is_there, folder, ": holds no ", kOptions,
          ", expected the folder of a training (checkpoints/NAME)");

  auto settings = training.settings;
  settings.emplace_back("init-from", fs::absolute(folder).lexically_normal().string());
  for (const auto& option : training.left_out) warn("left out, for it has no twin here: " + option);
  const auto spec = make_spec(training.method, data_of(data, training), run, settings, given);
  const auto checkpoint = begin_run(spec);
  note("go on with ganvas train --resume --run " + run);
  std::printf("%s\n", checkpoint.c_str());
  return kDone;
}

}  // namespace ganvas
