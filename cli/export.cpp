// ganvas export
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/store/checkpoint.h"

namespace ganvas {

int run_export(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Writes what a trained model needs to be used, the averaged weights where there are such, "
      "without the state of its training: a smaller file to keep or to give away.",
      "ganvas export");
  std::string model, out;
  expected.require("--model", model, "a run's folder, or a checkpoint");
  expected.require("-o,--out", out, "the file to write, .safetensors");
  if (!expected.parse(arguments)) return kDone;
  require_usage(fs::path(out).extension() == ".safetensors", "--out: got ", out,
                ", expected a name that ends in .safetensors");
  const auto checkpoint = open_checkpoint(find_checkpoint(model));
  const auto method = load_method(checkpoint);
  auto tensors = parameters_of(*method);
  const auto buffers = buffers_of(*method);
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  write_checkpoint(out, checkpoint.info, tensors);
  note(c10::str(out, ": ", bytes_text(static_cast<double>(fs::file_size(out)))));
  return kDone;
}

}  // namespace ganvas
