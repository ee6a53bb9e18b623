// ganvas inspect
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/families/family.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/store/weights.h"

namespace ganvas {
namespace {

std::string range_text(ValueRange range) {
  switch (range) {
    case ValueRange::kUnit:
      return "0 to 1";
    case ValueRange::kSigned:
      return "-1 to 1";
    case ValueRange::kLevels:
      return "0 to 255";
  }
  return "";
}

/// Weights of another program: what they are first, and then whether they run here.
int inspect_foreign(const fs::path& path, bool lists_tensors) {
  const auto format = weights_format(path);
  std::vector<std::vector<std::string>> lines = {
      {"file", path.string()},
      {"size", bytes_text(static_cast<double>(fs::file_size(path)))},
      {"format", name_of(format)}};
  if (lists_tensors && format != WeightsFormat::kNcnn) {
    for (const auto& [name, tensor] : read_weights(path).tensors) {
      lines.push_back({name, c10::str(tensor.sizes())});
    }
  }
  Foreign foreign;
  try {
    foreign = read_foreign(path);
  } catch (const Error&) {
    print_table(lines);
    throw;
  }
  const auto method = method_of(foreign);  // which tries it
  lines.push_back({"network", foreign.family});
  if (!foreign.wrapper.empty()) lines.push_back({"taken from", foreign.wrapper});
  if (!foreign.others.empty()) {
    lines.push_back({"holds also", c10::str(c10::Join(", ", foreign.others))});
  }
  const bool classifies = foreign.classes > 0;
  const int64_t reach = method->abilities().reach;
  if (classifies) {
    lines.push_back({"classes", std::to_string(foreign.classes)});
    lines.push_back({"channels", std::to_string(foreign.channels_in)});
  } else {
    lines.push_back({"scale", c10::str("x", foreign.scale)});
    lines.push_back(
        {"channels", c10::str(foreign.channels_in, " in, ", foreign.channels_out, " out")});
  }
  lines.push_back({"values", range_text(foreign.range)});
  lines.push_back({"parameters", std::to_string(foreign.graph.parameter_count() +
                                                foreign.head.parameter_count())});
  lines.push_back({"sees", reach > 0 ? c10::str(reach, " pixels around each") : "the whole image"});
  lines.push_back({"licence", foreign.licence.empty() ? "not said in the file" : foreign.licence});
  lines.push_back({"used by", classifies          ? "ganvas cam"
                              : foreign.scale > 1 ? "ganvas upscale"
                              : reach > 0         ? "ganvas translate, upscale"
                                                  : "ganvas translate"});
  print_table(lines);
  return kDone;
}

}  // namespace

int run_inspect(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Says what is in a checkpoint, or in weights of another program: .pth, .safetensors, ncnn, TensorFlow.js.",
      "ganvas inspect");
  std::string path;
  bool lists_tensors = false;
  expected.require("file", path, "a run's folder, a checkpoint, or a file of weights");
  expected.take("--tensors", lists_tensors, "list every tensor with its shape");
  if (!expected.parse(arguments)) return kDone;

  const auto found = find_checkpoint(path);
  if (!is_checkpoint(found)) return inspect_foreign(found, lists_tensors);
  const SafetensorsFile file(found);
  std::vector<std::vector<std::string>> lines = {
      {"file", found.string()},
      {"size", bytes_text(static_cast<double>(fs::file_size(found)))},
      {"tensors", std::to_string(file.names().size())}};
  const auto checkpoint = open_checkpoint(found);
  lines.push_back({"method", checkpoint.info.method});
  lines.push_back({"version", checkpoint.info.version});
  lines.push_back({"step", std::to_string(checkpoint.info.step)});
  const auto method = load_method(checkpoint);
  for (const auto& [name, network] : method->networks()) {
    lines.push_back({name, std::to_string(parameter_count(network)) + " parameters"});
  }
  for (const auto& [name, text] : checkpoint.info.settings) lines.push_back({"--" + name, text});
  if (lists_tensors) {
    for (const auto& name : file.names())
      lines.push_back({name, c10::str(at::IntArrayRef(*file.shape(name)))});
  }
  print_table(lines);
  return kDone;
}

}  // namespace ganvas
