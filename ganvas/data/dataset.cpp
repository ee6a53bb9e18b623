// From a folder and knobs to a data set.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/dataset.h"

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/pairs.h"
#include "ganvas/data/reduced.h"
#include "ganvas/data/unpaired.h"

namespace ganvas {
namespace {

/// Refuses knobs of unpaired data beside pairs, where they would be passed over.
void require_unpaired_knobs_unused(const DataConfig& config) {
  const auto refuse = [](const char* name) {
    throw UsageError(c10::str("--", name, " is for unpaired data, got pairs; leave it out"));
  };
  if (!config.data_b.empty()) refuse("data-b");
  if (!config.classes.empty()) refuse("classes");
  if (config.derive_b != "none") refuse("derive-b");
  if (config.margin_a > 0) refuse("margin-a");
  if (config.margin_b > 0) refuse("margin-b");
}

std::string layout_of(const fs::path& root, Needs needs) {
  if (needs == Needs::kDomains) return "unpaired";
  if (needs == Needs::kReductions) return "reduced";
  const bool has_sides = side_folders(root, Split::kTrain) || side_folders(root, Split::kTest);
  return has_sides ? "folders" : "side-by-side";
}

}  // namespace

std::unique_ptr<Dataset> open_data(const fs::path& root, Split split, View view,
                                   const DataConfig& config, const Task& task) {
  require(fs::is_directory(root), "--data: ", root.string(), ": no such folder");
  const bool is_unpaired = config.pairs == "unpaired";
  auto data = is_unpaired                 ? open_unpaired(root, split, view, config, task)
              : config.pairs == "reduced" ? open_reduced(root, split, view, config, task)
                                          : open_pairs(root, split, view, config, task);
  const auto name = split_name(split);
  require(data != nullptr, "--data: ", root.string(), ": has no folders ", name, "A and ", name,
          "B", is_unpaired ? "; or name domain b with --data-b, --classes or --derive-b" : "");
  require(data->size() > 0, "--data: ", root.string(), ": has no image files for the split ", name);
  return data;
}

bool has_split(const fs::path& root, Split split, const DataConfig& config) {
  if (config.pairs == "unpaired") {
    return open_unpaired(root, split, View::kPlain, config, Task{}) != nullptr;
  }
  if (config.pairs == "folders") return side_folders(root, split).has_value();
  const auto folder = root / split_name(split);
  return fs::is_directory(folder) && !image_files(folder).empty();
}

void resolve_data(const fs::path& root, Needs needs, DataConfig& config, Task& task) {
  require(fs::is_directory(root), "--data: ", root.string(), ": no such folder");
  if (config.pairs == "auto") config.pairs = layout_of(root, needs);
  const bool is_unpaired = config.pairs == "unpaired", is_reduced = config.pairs == "reduced";
  require_usage(needs == Needs::kDomains || !is_unpaired,
                "--pairs: got unpaired, but this method learns from pairs");
  require_usage((needs == Needs::kReductions) == is_reduced, "--pairs: got ", config.pairs,
                is_reduced ? ", which is for super-resolution"
                           : ", but super-resolution learns from reduced photographs",
                "; leave it out");
  if (!is_unpaired) require_unpaired_knobs_unused(config);
  require_usage(is_reduced || config.reductions.empty(),
                "--reductions: is for super-resolution; leave it out");
  task = task.fitted(needs);
  require_usage(is_reduced || task.scale == 1, "--scale: got ", task.scale,
                ", but this method keeps the size of pictures; leave it out");
  require_usage(task.size % task.scale == 0, "--size: got ", task.size,
                ", expected a multiple of --scale ", task.scale);
  const bool is_grey =
      config.color == "grey" || (config.color == "auto" && is_unpaired && has_digits(root, config));
  task.channels_b = is_grey ? 1 : 3;
  task.channels_a = task.channels_b + (config.pairs == "mosaic" ? 1 : 0);
}

}  // namespace ganvas
