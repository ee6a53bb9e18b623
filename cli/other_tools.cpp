// What the flags of other programs are called here.
// SPDX-License-Identifier: Apache-2.0
#include "cli/other_tools.h"

#include <algorithm>
#include <map>

namespace ganvas {
namespace {

using Answers = std::map<std::string, std::string>;

// The pix2pix and CycleGAN repository, super-resolution tools on ncnn, BasicSR, and what is common.
// clang-format off
const Answers kFlags = {
    {"dataroot", "--data"},
    {"dataset", "--data"},
    {"datasets", "--data"},
    {"data-dir", "--data"},
    {"train-dir", "--data"},
    {"name", "--run names the folder of a run"},
    {"checkpoints-dir", "--run names the folder of a run"},
    {"results-dir", "--out"},
    {"output", "--out"},
    {"output-dir", "--out"},
    {"input", "inputs are given without a flag"},
    {"i", "inputs are given without a flag"},
    {"continue-train", "--resume"},
    {"load-iter", "--resume goes on from the newest checkpoint"},
    {"epoch-count", "--resume goes on where the run stopped"},
    {"n-epochs", "--epochs is the whole length, --lr-decay the last share of it"},
    {"n-epochs-decay",
       "--lr-decay is the last share of the run, over which the learning rate falls"},
    {"niter", "--epochs is the whole length, --lr-decay the last share of it"},
    {"niter-decay", "--lr-decay is the last share of the run, over which the learning rate falls"},
    {"lr-policy", "--lr-schedule"},
    {"lr-decay-iters",
       "--lr-decay is the last share of the run, over which the learning rate falls"},
    {"learning-rate", "--lr"},
    {"batch-size", "--batch"},
    {"batchsize", "--batch"},
    {"bs", "--batch"},
    {"num-threads", "--workers load data, --threads compute"},
    {"num-workers", "--workers"},
    {"n-threads", "--threads"},
    {"j", "--threads"},
    {"gpu-ids", "--device cuda:N"},
    {"gpu", "--device cuda:N"},
    {"gpu-id", "--device cuda:N"},
    {"g", "--device cuda:N"},
    {"cuda", "--device cuda"},
    {"amp", "--precision bf16"},
    {"fp16", "--precision fp16"},
    {"half", "--precision fp16"},
    {"fp32", "--precision fp32"},
    {"netG", "--generator"},
    {"netD", "--discriminator, where a method has several; --patch is the size of its view"},
    {"net-g", "--generator"},
    {"net-d", "--patch is the size of the discriminator's view"},
    {"ngf", "--width"},
    {"ndf", "--discriminator-width"},
    {"n-layers-D", "--patch is the size of the discriminator's view in pixels"},
    {"gan-mode", "--objective"},
    {"lambda-A", "--cycle-weight"},
    {"lambda-B", "--cycle-weight"},
    {"lambda-L1", "--l1-weight"},
    {"lambda-identity", "--identity-weight"},
    {"no-dropout", "--dropout none"},
    {"no-flip", "--flip off"},
    {"crop-size", "--size"},
    {"image-size", "--size"},
    {"img-size", "--size"},
    {"imgsz", "--size"},
    {"preprocess", "--fit"},
    {"save-epoch-freq", "--save-every, in steps"},
    {"save-latest-freq", "--save-every, in steps"},
    {"print-freq", "progress is shown at each step; events.jsonl in the run's folder has all"},
    {"display-freq", "--validate-every, in steps"},
    {"display-id", "report.html in the run's folder shows losses and images"},
    {"phase", "train, eval and translate are commands; a folder names what they work on"},
    {"overwrite", "--existing replace"},
    {"skip-existing", "--existing skip"},
    {"s", "--scale"},
    {"outscale", "--scale"},
    {"upscale", "--scale"},
    {"n", "--model takes a file or a run's folder"},
    {"model-name", "--model takes a file or a run's folder"},
    {"model-path", "--model"},
    {"weights", "--model"},
    {"checkpoint", "--model"},
    {"resume-from", "--resume"},
    {"t", "--tile"},
    {"tile-size", "--tile"},
    {"x", "--ensemble"},
    {"tta", "--ensemble"},
    {"f", "--format"},
    {"ext", "--format"},
    {"verbose", "nothing: messages go to standard error, --help explains"},
    {"r", "--recursive"},
    {"y", "--existing replace"},
    {"q", "--quality"},
};

const Answers kCommands = {
    {"test", "ganvas translate makes images, ganvas eval measures"},
    {"infer", "ganvas translate, or ganvas upscale"},
    {"inference", "ganvas translate, or ganvas upscale"},
    {"predict", "ganvas translate, or ganvas cam for a classifier"},
    {"generate", "ganvas sample"},
    {"resume", "ganvas train --resume --run RUN"},
    {"convert", "ganvas export"},
    {"enlarge", "ganvas upscale"},
    {"sr", "ganvas upscale"},
    {"evaluate", "ganvas eval"},
    {"validate", "ganvas eval"},
    {"metrics", "ganvas eval"},
    {"list", "ganvas methods"},
    {"models", "ganvas methods"},
    {"pixelate", "ganvas mosaic"},
    {"blur", "ganvas mosaic"},
    {"version", "ganvas --version"},
};

// clang-format on

std::string answer_of(const Answers& answers, const std::string& name) {
  const auto found = answers.find(name);
  return found == answers.end() ? "" : found->second;
}

}  // namespace

std::string answer_to_flag(const std::string& flag) {
  const size_t begin = flag.find_first_not_of('-');
  if (begin == std::string::npos) return "";
  auto name = flag.substr(begin);
  std::replace(name.begin(), name.end(), '_', '-');
  return answer_of(kFlags, name);
}

std::string answer_to_command(const std::string& command) {
  return answer_of(kCommands, command);
}

}  // namespace ganvas
