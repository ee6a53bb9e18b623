// ganvas export
// SPDX-License-Identifier: Apache-2.0
#include <c10/core/GradMode.h>

#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/families/family.h"
#include "ganvas/families/junyanz_names.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/store/torch_file.h"

namespace ganvas {
namespace {

NamedTensors tensors_of(const Method& method) {
  auto tensors = parameters_of(method);
  const auto buffers = buffers_of(method);
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  return tensors;
}

/// The tensors of one network, under the names of junyanz's programs.
NamedTensors renamed(const Network& network, const std::string& name, bool drops) {
  auto tensors = network.parameters();
  const auto buffers = network.buffers();
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  std::vector<std::string> names;
  for (const auto& [own, tensor] : tensors) names.push_back(own);
  const auto pairs = junyanz_names(names, drops);
  require_usage(
      pairs.has_value(), "--network: ", name,
      " has no twin in other programs; those of pix2pix, cyclegan and regress have (U-Net, "
      "ResNet with --upsampling transposed, patch discriminator without spectral norm)");
  NamedTensors theirs;
  for (size_t i = 0; i < tensors.size(); ++i)
    theirs.emplace_back((*pairs)[i].second, tensors[i].second);
  return theirs;
}

/// How far what the written file makes of an image is from what the model makes of it, levels of 255. Without
/// dropout, which has no weights, and by the statistics of the image.
double difference(const fs::path& written, const Checkpoint& checkpoint,
                  const std::string& network) {
  auto settings = checkpoint.info.settings;
  settings.emplace_back("dropout", "none");
  settings.emplace_back("inference", "paper");
  const auto spec = checkpoint.info.image_spec();
  const auto method = find_method(checkpoint.info.method).build(settings, spec);
  load_networks(checkpoint, *method);
  const auto theirs = method_of(read_foreign(written));
  const RandomStateScope leaves_no_trace;
  seed_torch(1);
  const bool is_back = network == "generator_ba";
  const int64_t channels = is_back ? spec.channels_b : spec.channels_a;
  const auto noise = draw_uniform({1, channels, spec.size.height, spec.size.width}, at::kFloat);
  const auto image = noise * 2 - 1;
  const auto own = method->translate(image, is_back ? Direction::kBtoA : Direction::kAtoB);
  return 127.5 * (own - theirs->translate(image, Direction::kAtoB)).abs().max().item<double>();
}

void export_for_torch(const Checkpoint& checkpoint, std::string name, const fs::path& out) {
  const auto method = load_method(checkpoint);
  const auto& networks = method->networks();
  if (name.empty()) name = networks.front().first;
  std::vector<std::string> known;
  for (const auto& [own, network] : networks) known.push_back(own);
  const auto found = std::find(known.begin(), known.end(), name);
  require_usage(found != known.end(), "--network: got '", name, "', expected one of ",
                c10::Join(", ", known), did_you_mean(name, known));
  const auto drops = find_setting(checkpoint.info.settings, "dropout").value_or("none") != "none";
  write_torch_file(
      out, renamed(networks[static_cast<size_t>(found - known.begin())].second, name, drops));
  const bool is_generator = name.rfind("generator", 0) == 0;
  const auto checked = is_generator
                           ? c10::str("; on a test image ", difference(out, checkpoint, name),
                                      " levels from the model")
                           : "";
  note(c10::str(out.string(), ": ", name, ", ", bytes_text(static_cast<double>(fs::file_size(out))),
                checked));
}

}  // namespace

int run_export(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Writes what a trained model needs to be used, the averaged weights where there are such, "
      "without the state of its training: a smaller file to keep or to give away. As .pth a network for Python, "
      "under the names of junyanz's programs (pix2pix, CycleGAN), tried on an image.",
      "ganvas export");
  std::string model, out, network;
  expected.require("--model", model, "a run's folder, or a checkpoint");
  expected.require("-o,--out", out, "the file to write, .safetensors or .pth");
  expected.take("--network", network,
                "of a .pth: which, as ganvas inspect names them; the first if not said");
  if (!expected.parse(arguments)) return kDone;
  const auto ending = fs::path(out).extension();
  require_usage(ending == ".safetensors" || ending == ".pth", "--out: got ", out,
                ", expected a name that ends in .safetensors or .pth");
  const auto checkpoint = open_checkpoint(find_checkpoint(model));
  if (const auto folder = fs::path(out).parent_path(); !folder.empty()) make_folders(folder);
  if (ending == ".pth") {
    export_for_torch(checkpoint, network, out);
    return kDone;
  }
  require_usage(network.empty(), "--network: is for .pth, which holds one network; leave it out");
  write_checkpoint(out, checkpoint.info, tensors_of(*load_method(checkpoint)));
  note(c10::str(out, ": ", bytes_text(static_cast<double>(fs::file_size(out)))));
  return kDone;
}

}  // namespace ganvas
