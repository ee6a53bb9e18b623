// ganvas export
// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/families/family.h"
#include "ganvas/families/junyanz_names.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/store/onnx.h"
#include "ganvas/store/safetensors.h"
#include "ganvas/store/torch_file.h"

namespace ganvas {
namespace {

struct ExportConfig {
  std::string numbers = "fp32";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("numbers", numbers,
      "of a .safetensors file: fp16 is half as large, and rounds weights to 11 bits; models compute in fp32 "
      "all the same",
      Choices{"fp32", "fp16"});
  }
};

/// The tensors as the file is to hold them.
NamedTensors rounded(NamedTensors tensors, const ExportConfig& config) {
  if (config.numbers == "fp32") return tensors;
  for (auto& [name, tensor] : tensors) {
    if (!tensor.is_floating_point()) continue;
    const double largest = tensor.abs().max().item<double>();
    constexpr double kMost = 65504;
    require(largest <= kMost, "--numbers fp16: ", name, " has numbers of ", largest, ", expected ",
            kMost, " at most; leave --numbers out");
    tensor = tensor.to(at::kHalf);
  }
  return tensors;
}

NamedTensors tensors_of(const Method& method) {
  auto tensors = parameters_of(method);
  const auto buffers = buffers_of(method);
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  return tensors;
}

/// The tensors of one network, under the names of junyanz's programs.
NamedTensors renamed(const Network& network, const std::string& name, bool drops) {
  auto tensors = with_junyanz_names(network, drops);
  require_usage(
      tensors.has_value(), "--network: ", name,
      " has no twin in other programs; those of pix2pix, cyclegan and regress have (U-Net, "
      "ResNet with --upsampling transposed, patch discriminator without spectral norm)");
  return std::move(*tensors);
}

/// The network that is meant, by its name, or the first.
std::pair<std::string, Network> chosen(const Method& method, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [own, network] : method.networks()) {
    if (name.empty() || own == name) return {own, network};
    known.push_back(own);
  }
  throw UsageError(c10::str("--network: got '", name, "', expected one of ", c10::Join(", ", known),
                            did_you_mean(name, known)));
}

/// Made up, values in [-1, 1]; the same each time.
Tensor test_image(int64_t channels, int64_t height, int64_t width) {
  const RandomStateScope leaves_no_trace;
  seed_torch(1);
  return draw_uniform({1, channels, height, width}, at::kFloat) * 2 - 1;
}

double levels_between(const Tensor& a, const Tensor& b) {
  return 127.5 * (a - b).abs().max().item<double>();
}

/// How far what a network that was given away makes of an image is from what the model makes of it, levels of 255.
/// Without dropout, which has no weights, and by the statistics of the image.
double difference(const Foreign& given, const Checkpoint& checkpoint, const std::string& network) {
  auto settings = checkpoint.info.settings;
  settings.emplace_back("dropout", "none");
  settings.emplace_back("inference", "paper");
  const auto spec = checkpoint.info.image_spec();
  const auto method = find_method(checkpoint.info.method).build(settings, spec);
  load_networks(checkpoint, *method);
  const bool is_back = network == "generator_ba";
  const auto image = test_image(is_back ? spec.channels_b : spec.channels_a,
                                spec.size.height / spec.scale, spec.size.width / spec.scale);
  const auto own = method->translate(image, is_back ? Direction::kBtoA : Direction::kAtoB);
  const auto theirs = method_of(given)->translate(image, Direction::kAtoB);
  return levels_between(own, theirs);
}

void tell(const fs::path& out, const std::string& name, const std::string& tried) {
  note(c10::str(out.string(), ": ", name, ", ", bytes_text(static_cast<double>(fs::file_size(out))),
                tried));
}

/// A file beside another that takes its place once it was tried.
class Trial {
 public:
  explicit Trial(const fs::path& out)
      : out_(out), path_(out.parent_path() / (".trial-" + out.filename().string())) {}
  ~Trial() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  const fs::path& path() const { return path_; }
  void take_place() const { fs::rename(path_, out_); }

 private:
  fs::path out_, path_;
};

constexpr auto kNoTwin = ", which other programs have no twin of (--norm none, --base)";

/// Throws Error if what is given away is another network.
///   why: how that may be
std::string tried_text(double levels, const fs::path& out, const std::string& why) {
  constexpr double kMost = 1;  // of 255
  require(levels <= kMost, out.string(), ": was not written: on a test image it is ", levels,
          " levels of 255 from the model", why);
  return c10::str("; on a test image ", levels, " levels from the model");
}

void export_for_torch(const Checkpoint& checkpoint, const std::string& wanted,
                      const fs::path& out) {
  const auto method = load_method(checkpoint);
  const auto [name, network] = chosen(*method, wanted);
  const auto drops = find_setting(checkpoint.info.settings, "dropout").value_or("none") != "none";
  const Trial trial(out);
  write_torch_file(trial.path(), renamed(network, name, drops));
  const bool is_generator = name.rfind("generator", 0) == 0;
  const auto tried =
      is_generator
          ? tried_text(difference(read_foreign(trial.path()), checkpoint, name), out, kNoTwin)
          : "";
  trial.take_place();
  tell(out, name, tried);
}

/// A network of another program, under the names that this gives its tensors today.
void export_foreign(const fs::path& model, const std::string& part, const fs::path& out,
                    const ExportConfig& config) {
  const auto given = read_foreign(model, part);
  require_usage(!given.tensors.empty(), "--model: ", model.string(), " is of ", given.format,
                ", which names no tensors; it is given away as .onnx");
  NamedTensors tensors;
  for (const auto& [name, tensor] : given.tensors) {
    const bool is_bf16 = tensor.scalar_type() == at::kBFloat16;
    tensors.emplace_back(name, is_bf16 ? tensor.to(at::kFloat) : tensor);
  }
  const Trial trial(out);
  if (out.extension() == ".pth") {
    write_torch_file(trial.path(), tensors, given.is_of_basicsr ? "params" : "");
  } else {
    write_safetensors(trial.path(), rounded(std::move(tensors), config),
                      given.licence.empty() ? Metadata{} : Metadata{{"license", given.licence}});
  }
  std::string tried;
  if (given.classes == 0) {
    constexpr int64_t kSide = 32;
    const int64_t side = kSide * given.multiple;
    const auto image = test_image(given.channels_in, side, side);
    const auto made = [&](const Foreign& network) {
      return method_of(network)->translate(image, Direction::kAtoB);
    };
    tried = tried_text(levels_between(made(given), made(read_foreign(trial.path()))), out, "");
  }
  trial.take_place();
  tell(out, given.family, tried);
}

/// A network of ours, or of another program.
void export_onnx(const fs::path& model, const std::string& wanted, const fs::path& out) {
  Foreign given;
  std::string name = "network", tried;
  if (is_checkpoint(model)) {
    const auto checkpoint = open_checkpoint(model);
    const auto method = load_method(checkpoint);
    Network network;
    std::tie(name, network) = chosen(*method, wanted);
    given = graph_of(network, name, checkpoint.info.image_spec());
    tried = tried_text(difference(given, checkpoint, name), out, kNoTwin) +
            ", as the graph that was written";
  } else {
    given = read_foreign(model, wanted);
    name = given.family;
    require_usage(given.classes == 0, "--out: ", given.family,
                  " classifies; ONNX is written of what makes images");
  }
  const auto* range = given.range == ValueRange::kSigned   ? "[-1, 1]"
                      : given.range == ValueRange::kLevels ? "[0, 255]"
                                                           : "[0, 1]";
  write_onnx(
      out, given.graph,
      {name, c10::str(given.family, ", x", given.scale, "; colours in ", range, " both ways"),
       given.channels_in, given.channels_out, given.multiple, given.scale});
  tell(out, name, tried);
}

}  // namespace

int run_export(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Writes what a trained model needs to be used, the averaged weights where there are such, "
      "without the state of its training: a smaller file to keep or to give away. As .pth a network for Python, "
      "under the names of junyanz's programs (pix2pix, CycleGAN); weights of another program under the names that it gives "
      "them today; as .onnx one for any program, of opset 17 and for images "
      "of any size. Each is tried on an image.",
      "ganvas export");
  std::string model, out, network;
  expected.require("--model", model, "a run's folder, a checkpoint, or weights of another program");
  expected.require("-o,--out", out, "the file to write: .safetensors, .pth or .onnx");
  expected.take(
      "--network", network,
      "which, where there are several, as ganvas inspect names them; the first if not said");
  Settings given;
  expected.take(describe(ExportConfig{}), given);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<ExportConfig>(given);
  const auto ending = fs::path(out).extension();
  require_usage(ending == ".safetensors" || ending == ".pth" || ending == ".onnx", "--out: got ",
                out, ", expected a name that ends in .safetensors, .pth or .onnx");
  require_usage(config.numbers == "fp32" || ending == ".safetensors",
                "--numbers: is for .safetensors; leave it out");
  const auto found = find_checkpoint(model);
  std::error_code ignored;
  require_usage(!fs::equivalent(found, out, ignored), "--out: ", out,
                " is the input itself; name another file");
  if (const auto folder = fs::path(out).parent_path(); !folder.empty()) make_folders(folder);
  if (ending == ".onnx") {
    export_onnx(found, network, out);
    return kDone;
  }
  if (!is_checkpoint(found)) {
    export_foreign(found, network, out, config);
    return kDone;
  }
  const auto checkpoint = open_checkpoint(found);
  if (ending == ".pth") {
    export_for_torch(checkpoint, network, out);
    return kDone;
  }
  require_usage(network.empty(),
                "--network: is for .pth and .onnx, which hold one network; leave it out");
  write_checkpoint(out, checkpoint.info, rounded(tensors_of(*load_method(checkpoint)), config));
  note(c10::str(out, ": ", bytes_text(static_cast<double>(fs::file_size(out)))));
  return kDone;
}

}  // namespace ganvas
