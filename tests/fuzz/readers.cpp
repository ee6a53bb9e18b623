// Everything in ganvas that reads files of strangers, as one table.
// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/readers.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/json.h"
#include "ganvas/data/idx.h"
#include "ganvas/data/list_file.h"
#include "ganvas/evaluate/boxes.h"
#include "ganvas/families/family.h"
#include "ganvas/families/junyanz_options.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/region.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/store/keras.h"
#include "ganvas/store/ncnn.h"
#include "ganvas/store/safetensors.h"
#include "ganvas/store/tfjs.h"
#include "ganvas/store/torch_file.h"
#include "ganvas/store/weights.h"
#include "ganvas/train/events.h"
#include "ganvas/train/run_folder.h"

namespace ganvas::fuzz {
namespace {

namespace fs = std::filesystem;

void read_safetensors(const fs::path& path) {
  const SafetensorsFile file(path);
  for (const auto& name : file.names()) file.read(name);
}

void read_keras_folder(const fs::path& path) {
  read_keras(path.parent_path(), read_tfjs(path.parent_path()));
}

void read_settings(const fs::path& path) {
  settings_from_json(read_json(path.string()), "settings");
}

void read_mask(const fs::path& path) {
  read_region(path, 16, 16);
}

}  // namespace

const std::vector<Reader>& readers() {
  static const std::vector<Reader> all = {
      {"weights", "model.bin", "", [](const fs::path& path) { read_weights(path); }},
      {"network", "model.bin", "", [](const fs::path& path) { read_foreign(path); }},
      {"torch", "model.pth", "", [](const fs::path& path) { read_torch_file(path); }},
      {"safetensors", "model.safetensors", "", read_safetensors},
      {"checkpoint", "step-000001.safetensors", "",
       [](const fs::path& path) { open_checkpoint(path); }},
      {"ncnn", "model.param", "model.bin", [](const fs::path& path) { read_ncnn(path); }},
      {"keras", "model.json", "group1-shard1of1.bin", read_keras_folder},
      {"deeplearnjs", "manifest.json", "weight",
       [](const fs::path& path) { read_deeplearnjs(path.parent_path()); }},
      {"json", "config.json", "", read_settings},
      {"run", "config.json", "", [](const fs::path& path) { read_run_config(path.parent_path()); }},
      {"junyanz", "train_opt.txt", "", [](const fs::path& path) { read_junyanz_options(path); }},
      {"boxes", "boxes.json", "", [](const fs::path& path) { const Boxes boxes(path.string()); }},
      {"events", "events.jsonl", "", [](const fs::path& path) { read_events(path); }},
      {"idx", "labels.idx", "", [](const fs::path& path) { read_idx(path); }},
      {"list", "train.txt", "", [](const fs::path& path) { list_of(path, Split::kTrain); }},
      {"image", "image.png", "", [](const fs::path& path) { read_image(path); }},
      {"mask", "mask.png", "", read_mask},
  };
  return all;
}

void read_bytes(const Reader& reader, std::string_view bytes, const fs::path& folder) {
  const auto write = [&](const std::string& name, std::string_view content) {
    std::ofstream(folder / name, std::ios::binary) << content;
  };
  if (reader.second.empty()) {
    write(reader.file, bytes);
  } else {
    const auto end = bytes.find('\0');
    write(reader.file, bytes.substr(0, end));
    write(reader.second, end == bytes.npos ? "" : bytes.substr(end + 1));
  }
  try {
    reader.read(folder / reader.file);
  } catch (const Error&) {  // refused
  }
}

}  // namespace ganvas::fuzz
