// Models that many people have, by name.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/known_models.h"

#include <cctype>
#include <cstdlib>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"

namespace ganvas {
namespace {

constexpr auto kRealEsrgan = "https://github.com/xinntao/Real-ESRGAN/releases/download/";
constexpr auto kKair = "https://github.com/cszn/KAIR/releases/download/v1.0/";

/// "RealESRGAN_x4plus" -> "realesrgan-x4plus"
std::string plain(std::string name) {
  for (auto& c : name) {
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

bool may_hold_weights(const fs::path& file) {
  const auto ending = plain(file.extension().string());
  return ending == ".pth" || ending == ".pt" || ending == ".safetensors" || ending == ".param" ||
         ending == ".ckpt";
}

}  // namespace

const std::vector<KnownModel>& known_models() {
  static const std::string xinntao = kRealEsrgan, kair = kKair;
  static const std::vector<KnownModel> all = {
      {"realesrgan-x4plus", "RealESRGAN_x4plus.pth", "67 MB", "BSD-3-Clause",
       xinntao + "v0.1.0/RealESRGAN_x4plus.pth"},
      {"realesrgan-x2plus", "RealESRGAN_x2plus.pth", "67 MB", "BSD-3-Clause",
       xinntao + "v0.2.1/RealESRGAN_x2plus.pth"},
      {"realesrgan-x4plus-anime", "RealESRGAN_x4plus_anime_6B.pth", "18 MB", "BSD-3-Clause",
       xinntao + "v0.2.2.4/RealESRGAN_x4plus_anime_6B.pth"},
      {"realesr-general-x4v3", "realesr-general-x4v3.pth", "5 MB", "BSD-3-Clause",
       xinntao + "v0.2.5.0/realesr-general-x4v3.pth"},
      {"realesr-general-wdn-x4v3", "realesr-general-wdn-x4v3.pth", "5 MB", "BSD-3-Clause",
       xinntao + "v0.2.5.0/realesr-general-wdn-x4v3.pth"},
      {"realesr-animevideov3", "realesr-animevideov3.pth", "2.5 MB", "BSD-3-Clause",
       xinntao + "v0.2.5.0/realesr-animevideov3.pth"},
      {"bsrgan", "BSRGAN.pth", "67 MB", "MIT (KAIR)", kair + "BSRGAN.pth"},
      {"bsrgan-x2", "BSRGANx2.pth", "67 MB", "MIT (KAIR)", kair + "BSRGANx2.pth"},
      {"dncnn-25", "dncnn_25.pth", "2 MB", "MIT (KAIR)", kair + "dncnn_25.pth"},
  };
  return all;
}

fs::path models_folder() {
  if (const auto own = environment("GANVAS_MODELS"); !own.empty()) return own;
  if (const auto data = environment("XDG_DATA_HOME"); !data.empty()) {
    return fs::path(data) / "ganvas" / "models";
  }
  return fs::path(environment("HOME")) / ".local" / "share" / "ganvas" / "models";
}

std::optional<fs::path> find_known_model(const std::string& name) {
  const auto wanted = plain(name), folder = models_folder().string();
  const KnownModel* known = nullptr;
  for (const auto& row : known_models()) {
    if (row.name == wanted || plain(fs::path(row.file).stem().string()) == wanted) known = &row;
  }
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const auto stem = plain(entry.path().stem().string());
    const bool is_it = stem == wanted ||
                       (known != nullptr && (stem == known->name ||
                                             stem == plain(fs::path(known->file).stem().string())));
    if (is_it && may_hold_weights(entry.path())) return entry.path();
  }
  if (known == nullptr) return std::nullopt;
  throw Error(c10::str(known->name, ": is not in ", folder, "; download ", known->file, " (",
                       known->size, ", ", known->licence, ") from ", known->address,
                       " into that folder, or name another by GANVAS_MODELS"));
}

}  // namespace ganvas
