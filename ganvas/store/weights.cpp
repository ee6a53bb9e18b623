// Weights from any file that people have.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/weights.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/text.h"
#include "ganvas/store/ncnn.h"
#include "ganvas/store/tfjs.h"
#include "ganvas/store/torch_file.h"

namespace ganvas {
namespace {

/// The first and the last bytes of a file, and how many there are.
struct Ends {
  std::string first, last;
  uint64_t size = 0;

  bool begins_with(std::string_view text) const { return first.rfind(text, 0) == 0; }
  bool shows(std::string_view text) const { return first.find(text) != std::string::npos; }
};

Ends ends_of(const fs::path& path) {
  constexpr uint64_t kFirst = 4096,
                     kLast = 66000;  // an archive's end lies within its last 65557 bytes
  require(is_file(path), path.string(), ": no such file");
  Ends ends;
  ends.size = fs::file_size(path);
  std::ifstream in(path, std::ios::binary);
  ends.first.resize(std::min(kFirst, ends.size));
  in.read(ends.first.data(), static_cast<std::streamsize>(ends.first.size()));
  ends.last.resize(std::min(kLast, ends.size));
  in.seekg(static_cast<std::streamoff>(ends.size - ends.last.size()));
  in.read(ends.last.data(), static_cast<std::streamsize>(ends.last.size()));
  require(in.good() || ends.size == 0, path.string(), ": cannot be read");
  return ends;
}

std::string without_space(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first == std::string::npos ? "" : text.substr(first);
}

/// A file that holds no weights, and what it is.
struct NoWeights {
  bool (*is_it)(const Ends& ends);
  const char* what;
};

bool is_page(const Ends& ends) {
  auto text = without_space(ends.first).substr(0, 15);
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text.rfind("<!doctype html", 0) == 0 || text.rfind("<html", 0) == 0;
}

/// Fields of ONNX's ModelProto: the version of the format, then who made it.
bool is_onnx(const Ends& ends) {
  return ends.size > 8 && ends.first[0] == 0x08 && ends.first[1] > 0 && ends.first[1] < 32 &&
         (ends.first[2] == 0x12 || ends.first[2] == 0x3a || ends.first[2] == 0x42);
}

bool is_zip(const Ends& ends) {
  return ends.begins_with("PK\3\4");
}

bool is_cut_zip(const Ends& ends) {
  return is_zip(ends) && ends.last.find("PK\5\6") == std::string::npos;
}

bool holds_code(const Ends& ends) {
  return is_zip(ends) && ends.last.find("constants.pkl") != std::string::npos;
}

/// torch.save()'s archives hold NAME/data.pkl.
bool is_other_zip(const Ends& ends) {
  return is_zip(ends) && !ends.shows("data.pkl") && ends.last.find("data.pkl") == std::string::npos;
}

const std::array kNoWeights = {
    NoWeights{[](const Ends& ends) { return ends.size == 0; },
              "is empty; was its download broken off?"},
    NoWeights{
        [](const Ends& ends) { return ends.begins_with("version https://git-lfs"); },
        "is a pointer of Git LFS: the file itself was not downloaded; git lfs pull fetches it"},
    NoWeights{is_page,
              "is a page of the web, not the file it links to; take the link of the download"},
    NoWeights{is_onnx,
              "is a network of ONNX, which is not read; take its .pth, .safetensors or ncnn files"},
    NoWeights{is_cut_zip,
              "is an archive of torch.save() or another that was cut off; download it again"},
    NoWeights{holds_code,
              "is a TorchScript program, which is not run; take the state_dict() it was made of"},
    NoWeights{is_other_zip, "is a zip archive without weights of torch.save(); unpack it first"},
    NoWeights{[](const Ends& ends) {
                return ends.begins_with("\x1f\x8b") || ends.begins_with("7z\xbc\xaf") ||
                       ends.begins_with("Rar!") || ends.begins_with("BZh") ||
                       ends.begins_with(
                           "\xfd"
                           "7zXZ");
              },
              "is a packed archive; unpack it first"},
    NoWeights{
        [](const Ends& ends) { return ends.begins_with("\x89HDF"); },
        "is a file of HDF5 (Keras), which is not read; convert it with tensorflowjs_converter"},
    NoWeights{[](const Ends& ends) { return ends.begins_with("GGUF"); },
              "is a file of GGUF, which is not read; take its safetensors"},
    NoWeights{[](const Ends& ends) { return ends.size > 8 && ends.first.substr(4, 4) == "TFL3"; },
              "is a network of TensorFlow Lite, which is not read"},
};

bool is_safetensors(const Ends& ends) {
  if (ends.size < 10) return false;
  uint64_t length = 0;
  std::memcpy(&length, ends.first.data(), sizeof length);
  return ends.first[8] == '{' && length < (uint64_t{1} << 32);
}

/// The part of a training's state that is the network, best first.
constexpr std::array kNetworks = {"params_ema",
                                  "ema",
                                  "net_ema",
                                  "model_ema",
                                  "ema_model",
                                  "generator_ema",
                                  "g_ema",
                                  "params",
                                  "state_dict",
                                  "model_state_dict",
                                  "generator_state_dict",
                                  "model",
                                  "net",
                                  "net_g",
                                  "netG",
                                  "netG_A",
                                  "G_A2B",
                                  "G_AB",
                                  "G",
                                  "generator",
                                  "weights"};

/// The first part of the names that is followed by a dot.
std::string head_of(const std::string& name) {
  const auto dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

/// Keeps the names behind `head` and a dot, without them.
void keep_behind(std::map<std::string, Tensor>& tensors, const std::string& head) {
  std::map<std::string, Tensor> kept;
  for (auto& [name, tensor] : tensors) {
    if (head_of(name) == head) kept.emplace(name.substr(head.size() + 1), tensor);
  }
  tensors = std::move(kept);
}

/// "model.0.weight" and "model.model.1.weight" name layers of a network, not a part of a state.
bool names_layers(const std::string& head, const std::string& name) {
  const auto rest = name.substr(head.size() + 1);
  return head == "model" &&
         (std::isdigit(static_cast<unsigned char>(rest[0])) != 0 || head_of(rest) == "model");
}

/// Parts of a state that hold convolutions: what may be taken for a network.
std::vector<std::string> networks_in(const std::map<std::string, Tensor>& tensors) {
  constexpr std::ptrdiff_t kMost = 16;  // more are layers
  std::set<std::string> heads;
  bool is_state = true;
  for (const auto& [name, tensor] : tensors) {
    const auto head = head_of(name);
    is_state = is_state && !head.empty() && !names_layers(head, name);
    const bool has_layers = !head.empty() && !head_of(name.substr(head.size() + 1)).empty();
    if (tensor.dim() == 4 && has_layers && head.rfind("optim", 0) != 0) heads.insert(head);
  }
  if (!is_state || std::ssize(heads) > kMost) return {};
  return {heads.begin(), heads.end()};
}

/// What is to be taken off next, empty if nothing.
std::string wrapper_of(const std::map<std::string, Tensor>& tensors) {
  for (const std::string head : {"module", "_orig_mod"}) {
    const bool is_common = std::all_of(tensors.begin(), tensors.end(), [&](const auto& item) {
      return head_of(item.first) == head;
    });
    if (is_common && !tensors.empty()) return head;
  }
  for (const std::string head : kNetworks) {
    const auto first = tensors.lower_bound(head + ".");
    const bool is_there = first != tensors.end() && head_of(first->first) == head;
    if (is_there && !names_layers(head, first->first)) return head;
  }
  return "";
}

}  // namespace

std::string name_of(WeightsFormat format) {
  switch (format) {
    case WeightsFormat::kSafetensors:
      return "safetensors";
    case WeightsFormat::kTorch:
      return "torch.save()";
    case WeightsFormat::kNcnn:
      return "ncnn";
    case WeightsFormat::kTfjs:
      return "TensorFlow.js";
    case WeightsFormat::kDeeplearnjs:
      return "deeplearn.js";
  }
  return "";
}

WeightsFormat weights_format(const fs::path& path) {
  if (is_folder(path) && is_file(path / "model.json")) return WeightsFormat::kTfjs;
  if (path.filename() == "manifest.json") return WeightsFormat::kDeeplearnjs;
  const auto ends = ends_of(path);
  for (const auto& row : kNoWeights) {
    require(!row.is_it(ends), path.string(), ": got ", ends.size, " bytes; it ", row.what);
  }
  if (is_zip(ends) || ends.begins_with("\x80\x02\x8a\x0a")) return WeightsFormat::kTorch;
  if (is_safetensors(ends)) return WeightsFormat::kSafetensors;
  if (ends.begins_with(kNcnnMagic)) return WeightsFormat::kNcnn;
  auto param = path;
  if (path.extension() == ".bin" && is_file(param.replace_extension(".param"))) {
    return WeightsFormat::kNcnn;
  }
  if (without_space(ends.first).rfind('{', 0) == 0 && path.filename() == "model.json")
    return WeightsFormat::kTfjs;
  require(path.extension() != ".bin", path.string(), ": its list of layers, ",
          param.filename().string(), ", is not beside it");
  throw Error(c10::str(path.string(), ": got ", ends.size,
                       " bytes of no format that is known here; expected safetensors, a .pth of "
                       "torch.save(), ncnn's .param and .bin, or TensorFlow.js' model.json"));
}

Wrapper take_off_wrapper(std::map<std::string, Tensor>& tensors, const std::string& part) {
  constexpr int64_t kDeepest = 6;
  Wrapper wrapper;
  bool is_found = part.empty();
  std::vector<std::string> known;
  for (int64_t depth = 0; depth < kDeepest; ++depth) {
    const auto all = networks_in(tensors);
    const bool is_here = std::find(all.begin(), all.end(), part) != all.end();
    const auto head = is_here ? part : wrapper_of(tensors);
    is_found = is_found || is_here;
    if (all.size() > 1 && !is_found) known = all;
    if (head.empty()) break;
    if (wrapper.others.empty() && all.size() > 1) wrapper.others = all;
    keep_behind(tensors, head);
    wrapper.name += (wrapper.name.empty() ? "" : ".") + head;
    std::erase(wrapper.others, head);
  }
  require(is_found, "has no network ", part,
          known.empty() ? "; it holds one, leave the name out"
                        : c10::str(", expected one of ", c10::Join(", ", known)));
  return wrapper;
}

Weights read_tensors(const fs::path& path) {
  Weights weights{weights_format(path), {}};
  switch (weights.format) {
    case WeightsFormat::kSafetensors: {
      const SafetensorsFile file(path);
      for (const auto& name : file.names()) weights.tensors[name] = file.read(name);
      weights.metadata = file.metadata();
      break;
    }
    case WeightsFormat::kTorch:
      weights.tensors = read_torch_file(path);
      break;
    case WeightsFormat::kTfjs:
      weights.tensors = read_tfjs(is_folder(path) ? path : path.parent_path());
      break;
    case WeightsFormat::kDeeplearnjs:
      weights.tensors = read_deeplearnjs(path.parent_path());
      break;
    case WeightsFormat::kNcnn:
      throw Error(path.string() + ": ncnn names no tensors");
  }
  return weights;
}

Weights read_weights(const fs::path& path, const std::string& part) {
  auto weights = read_tensors(path);
  if (weights.format == WeightsFormat::kTfjs || weights.format == WeightsFormat::kDeeplearnjs) {
    return weights;
  }
  try {
    auto wrapper = take_off_wrapper(weights.tensors, part);
    weights.wrapper = std::move(wrapper.name);
    weights.others = std::move(wrapper.others);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
  require(!weights.tensors.empty(), path.string(), ": holds no tensors by name");
  return weights;
}

}  // namespace ganvas
