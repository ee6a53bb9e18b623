// Checkpoints: a method's tensors, the state of its training, and the config that made them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/checkpoint.h"

#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/core/version.h"
#include "ganvas/store/known_models.h"
#include "ganvas/store/weights.h"

namespace ganvas {
namespace {

constexpr auto kEmaPrefix = "ema/";

std::string metadata_text(const SafetensorsFile& file, const fs::path& path,
                          const std::string& key) {
  const auto found = file.metadata().find(key);
  require(found != file.metadata().end(), path.string(),
          ": is a safetensors file, but not a checkpoint of ganvas (no '", key, "' in it)");
  return found->second;
}

}  // namespace

ImageSpec CheckpointInfo::image_spec() const {
  return config_of<ImageSpec>(settings);
}

bool is_checkpoint(const fs::path& path) {
  return weights_format(path) == WeightsFormat::kSafetensors &&
         SafetensorsFile(path).metadata().count("ganvas.method") > 0;
}

Checkpoint open_checkpoint(const fs::path& path) {
  Checkpoint checkpoint{SafetensorsFile(path), {}};
  const auto& file = checkpoint.file;
  auto& info = checkpoint.info;
  info.method = metadata_text(file, path, "ganvas.method");
  info.version = metadata_text(file, path, "ganvas.version");
  const Knob step{"step", "", "", KnobKind::kInteger, Range{0, 1e15}};
  read_knob(step, metadata_text(file, path, "ganvas.step"), info.step);
  const auto who = path.string() + ": ganvas.knobs";
  info.settings =
      settings_from_json(parse_json(metadata_text(file, path, "ganvas.knobs"), who), who);
  return checkpoint;
}

void write_checkpoint(const fs::path& path, const CheckpointInfo& info,
                      const NamedTensors& tensors) {
  Json knobs = Json::object();
  for (const auto& [name, text] : info.settings) knobs[name] = text;
  write_safetensors(path, tensors,
                    {{"ganvas.method", info.method},
                     {"ganvas.version", kVersion},
                     {"ganvas.step", std::to_string(info.step)},
                     {"ganvas.knobs", knobs.dump()}});
}

void load_tensors(const SafetensorsFile& file, const NamedTensors& targets,
                  const std::string& prefix) {
  for (const auto& [name, target] : targets) {
    const auto shape = file.shape(prefix + name);
    require(shape.has_value(), "checkpoint: has no tensor '", prefix, name,
            "'; it belongs to another method or other knobs");
    require(target.sizes() == *shape, "checkpoint: tensor '", prefix, name, "' has shape ",
            at::IntArrayRef(*shape), ", expected ", target.sizes(),
            "; it was made with other knobs");
  }
  const c10::NoGradGuard no_gradients;
  for (const auto& [name, target] : targets) {
    const auto stored = file.read(prefix + name);
    at::Tensor(target).copy_(stored);
  }
}

fs::path checkpoint_path(const fs::path& run, int64_t step) {
  auto digits = std::to_string(step);
  digits.insert(0, digits.size() < 8 ? 8 - digits.size() : 0, '0');
  return run / "checkpoints" / ("step-" + digits + ".safetensors");
}

std::vector<fs::path> list_checkpoints(const fs::path& run) {
  if (!is_folder(run / "checkpoints")) return {};
  auto files = list_files(run / "checkpoints");
  std::erase_if(files, [](const fs::path& path) {
    return path.filename().string().rfind("step-", 0) != 0 || path.extension() != ".safetensors";
  });
  return files;
}

fs::path find_checkpoint(const fs::path& run_or_file) {
  if (!path_exists(run_or_file)) {
    if (const auto named = find_known_model(run_or_file.string())) return *named;
    std::vector<std::string> known;
    for (const auto& row : known_models()) known.push_back(row.name);
    throw Error(c10::str(run_or_file.string(), ": no such file or folder",
                         did_you_mean(run_or_file.string(), known)));
  }
  if (!is_folder(run_or_file)) return run_or_file;
  const auto all = list_checkpoints(run_or_file);
  for (const auto* list : {"model.json", "manifest.json"}) {
    if (all.empty() && path_exists(run_or_file / list)) return run_or_file / list;
  }
  require(
      !all.empty(), run_or_file.string(),
      ": has no checkpoint, expected the folder of a run that was saved at least once, or a file of weights");
  const auto best = run_or_file / "checkpoints" / "best.safetensors";
  if (path_exists(best)) {
    note(c10::str("taking ", all.back().string(), ", the newest; the best by its validation is ",
                  best.string()));
  }
  return all.back();
}

namespace {

/// The file's tensors of these names, the averaged ones where it has them.
void load_weights(const SafetensorsFile& file, const NamedTensors& weights) {
  load_tensors(file, weights);
  NamedTensors averaged;
  for (const auto& item : weights) {
    if (file.shape(kEmaPrefix + item.first)) averaged.push_back(item);
  }
  load_tensors(file, averaged, kEmaPrefix);
}

}  // namespace

std::unique_ptr<Method> load_method(const Checkpoint& checkpoint) {
  auto method = find_method(checkpoint.info.method)
                    .build(checkpoint.info.settings, checkpoint.info.image_spec());
  auto weights = parameters_of(*method);
  const auto buffers = buffers_of(*method);
  weights.insert(weights.end(), buffers.begin(), buffers.end());
  load_weights(checkpoint.file, weights);
  return method;
}

std::vector<std::string> load_networks(const Checkpoint& checkpoint, const Method& method) {
  std::map<std::string, NamedTensors> networks;
  for (const auto& all : {parameters_of(method), buffers_of(method)}) {
    for (const auto& item : all) {
      networks[item.first.substr(0, item.first.find('.'))].push_back(item);
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, tensors] : networks) {
    const bool fits = std::all_of(tensors.begin(), tensors.end(), [&](const auto& item) {
      const auto shape = checkpoint.file.shape(item.first);
      return shape && item.second.sizes() == at::IntArrayRef(*shape);
    });
    if (!fits) continue;
    load_weights(checkpoint.file, tensors);
    names.push_back(name);
  }
  require(!names.empty(), "--init-from: got weights of ", checkpoint.info.method,
          ", none of whose networks has the name and the shapes of one that is to be trained");
  return names;
}

}  // namespace ganvas
