// ganvas inspect
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/store/checkpoint.h"

namespace ganvas {

int run_inspect(const std::vector<std::string>& arguments) {
  Arguments expected("Says what is in a checkpoint or another safetensors file.", "ganvas inspect");
  std::string path;
  bool lists_tensors = false;
  expected.require("file", path, "a run's folder, a checkpoint, or a safetensors file");
  expected.take("--tensors", lists_tensors, "list every tensor with its shape");
  if (!expected.parse(arguments)) return kDone;

  const auto found = find_checkpoint(path);
  const SafetensorsFile file(found);
  const bool is_ours = file.metadata().count("ganvas.method") > 0;
  std::vector<std::vector<std::string>> lines = {
      {"file", found.string()},
      {"size", bytes_text(static_cast<double>(fs::file_size(found)))},
      {"tensors", std::to_string(file.names().size())}};
  if (is_ours) {
    const auto checkpoint = open_checkpoint(found);
    lines.push_back({"method", checkpoint.info.method});
    lines.push_back({"version", checkpoint.info.version});
    lines.push_back({"step", std::to_string(checkpoint.info.step)});
    const auto method = load_method(checkpoint);
    for (const auto& [name, network] : method->networks()) {
      lines.push_back({name, std::to_string(parameter_count(network)) + " parameters"});
    }
    for (const auto& [name, text] : checkpoint.info.settings) lines.push_back({"--" + name, text});
  }
  if (lists_tensors) {
    for (const auto& name : file.names())
      lines.push_back({name, c10::str(at::IntArrayRef(*file.shape(name)))});
  }
  print_table(lines);
  return kDone;
}

}  // namespace ganvas
