// ganvas cam
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/image_batch.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/text.h"
#include "ganvas/data/list_file.h"
#include "ganvas/evaluate/boxes.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/heat.h"
#include "ganvas/image/region.h"
#include "ganvas/inference/activation_map.h"

namespace ganvas {
namespace {

struct CamConfig {
  std::string wanted = "auto";
  double threshold = 0.2;
  std::string pieces = "largest";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("class", wanted,
      "class to show; auto is the one with the highest score, folder the one that an image's "
      "folder "
      "is named after");
    v("threshold", threshold, "share of the map's peak above which the region lies",
      Range{0, 0.99});
    v("pieces", pieces, "the region's largest piece alone, or all of them",
      Choices{"largest", "all"});
  }
};

/// The lines of a file, one for each class.
std::vector<std::string> names_in(const fs::path& path, size_t classes) {
  std::vector<std::string> names;
  for (const auto& line : lines_of(path)) {
    if (!line.empty()) names.push_back(line);
  }
  require_usage(names.size() == classes, "--class-names: got ", names.size(), " lines in ",
                path.string(), ", expected ", classes, ", one for each class of the model");
  auto unique = names;  // ImageNet has two cranes
  for (size_t k = 0; k < names.size(); ++k) {
    if (std::count(names.begin(), names.end(), names[k]) > 1) {
      unique[k] = c10::str(names[k], " (", k, ")");
    }
  }
  return unique;
}

/// The number of the class that is wanted of an image, kNoLabel for auto.
int64_t label_of(const std::string& wanted, const fs::path& image,
                 const std::vector<std::string>& names) {
  if (wanted == "auto") return kNoLabel;
  const auto name =
      wanted == "folder" ? fs::absolute(image).parent_path().filename().string() : wanted;
  const auto found = std::find(names.begin(), names.end(), name);
  const auto number = whole_number(name);
  if (found == names.end() && number && *number < std::ssize(names)) return *number;
  constexpr std::ptrdiff_t kShown = 20;
  const bool shows_all = std::ssize(names) <= kShown;
  require_usage(found != names.end(), "--class: got '", name, "', expected one of ",
                shows_all ? c10::Join(", ", names)
                          : c10::str(names.front(), ", ", names[1], " ... ", names.back()),
                shows_all ? did_you_mean(name, names) : "");
  return found - names.begin();
}

Json to_json(const ActivationMap& seen, const Place& peak, const Tensor& region,
             const CamConfig& config, const std::vector<std::string>& names) {
  const auto shares = seen.scores.softmax(0);
  const auto box = bounding_box(region);
  Json json;
  json["class"] = names.at(static_cast<size_t>(seen.label));
  for (size_t k = 0; k < names.size(); ++k) {
    json["shares"][names[k]] = shares[static_cast<int64_t>(k)].item<double>();
  }
  json["threshold"] = config.threshold;
  json["highest"] = seen.map.max().item<double>();
  json["peak"] = {{"x", peak.x}, {"y", peak.y}};
  json["box"] = {
      {"left", box.left}, {"top", box.top}, {"width", box.width}, {"height", box.height}};
  json["mask"] = {{"size", {region.size(1), region.size(2)}}, {"counts", run_lengths(region)}};
  return json;
}

BatchConfig as_jpeg() {
  BatchConfig config;
  config.format = "jpg";
  return config;
}

/// What is written of an image: heat, map, mask, figures.
std::vector<fs::path> files_of(const fs::path& output) {
  const auto beside = [&](const char* ending) {
    return output.parent_path() / (output.stem().string() + ending);
  };
  return {output, beside("-map.png"), beside("-mask.png"), beside(".json")};
}

void write_images(const Tensor& pixels, const Tensor& map, const Tensor& region,
                  const fs::path& output, const WriteOptions& file) {
  const double highest = std::max(map.max().item<double>(), 1e-12);
  const auto share = (map / highest).clamp(0, 1);
  const auto files = files_of(output);
  write_image(to_image(heat_over(pixels, share)), files[0], file);
  write_image(to_image(share * 2 - 1, /*bits=*/16), files[1]);
  write_image(to_image(region * 2 - 1), files[2]);
}

}  // namespace

int run_cam(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Shows where in images a classifier saw a class. For each image X, in the folder --out: "
      "X.jpg, the map in colours over it; X-map.png, the map in 16 bits, its highest value "
      "white; X-mask.png, the region above the threshold; X.json with the class, all shares, peak, "
      "box and mask.",
      "ganvas cam");
  std::string model_path, out, boxes_path, names_path;
  std::vector<std::string> inputs;
  Settings given;
  expected.require("inputs", inputs, "images, or folders of them");
  expected.require("-o,--out", out, "a folder");
  expected.require(
      "--model", model_path,
      "a run of --method classifier, a checkpoint, or weights of MobileNet, SqueezeNet or VGG");
  expected.take("--class-names", names_path,
                "a text with a class' name a line, where the weights do not name them");
  expected.take("--boxes", boxes_path,
                "JSON of where images show what they are of, as {\"NAME\": [[left, top, right, "
                "bottom], ...]} in shares of the sides: says how many maps peak there");
  expected.take(describe(CamConfig{}), given);
  expected.take(describe(as_jpeg()), given, kFilesGroup);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<CamConfig>(given);

  const Model model(model_path, machine_of(given));
  auto names = model.info().image_spec().classes();
  require_usage(!names.empty(), "--model: got one of ", model.info().method,
                ", which knows no classes; train with --method classifier");
  if (!names_path.empty()) names = names_in(names_path, names.size());
  if (config.wanted != "folder") label_of(config.wanted, "", names);  // refuses it before any work
  std::optional<Boxes> boxes;
  if (!boxes_path.empty()) boxes.emplace(boxes_path);
  make_folders(out);
  ImageBatch batch{inputs, out, as_jpeg(), "looked at", files_of};
  batch.results_have_alpha = false;
  assign_known(batch.config, given);
  const auto file = write_options(batch.config);
  const int code = for_each_image(
      batch, [&](const Image& image, const fs::path& input, const fs::path& output) -> Writing {
        const auto pixels = to_tensor(image, model.info().image_spec().channels_a);
        const auto seen = activation_map(model, pixels, label_of(config.wanted, input, names));
        const auto peak = map_peak(seen.map);
        if (boxes) boxes->count(input.stem().string(), peak);
        auto region = map_region(seen.map, config.threshold);
        if (config.pieces == "largest") region = largest_component(region);
        write_images(pixels, seen.map, region, output, file);
        write_file(files_of(output)[3], to_json(seen, peak, region, config, names).dump() + "\n");
        return {};
      });
  if (boxes) {
    std::printf("peak inside: %ld of %ld\n", static_cast<long>(boxes->inside()),
                static_cast<long>(boxes->asked()));
  }
  return code;
}

}  // namespace ganvas
