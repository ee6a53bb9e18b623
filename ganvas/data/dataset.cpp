// From a folder and knobs to a data set.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/dataset.h"

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/pairs.h"
#include "ganvas/data/pictures.h"
#include "ganvas/data/points.h"
#include "ganvas/data/reduced.h"
#include "ganvas/data/single.h"
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
  if (needs == Needs::kPictures) return "single";
  if (needs == Needs::kPoints) return "points";
  const bool has_sides = side_folders(root, Split::kTrain) || side_folders(root, Split::kTest);
  return has_sides ? "folders" : "side-by-side";
}

/// Refuses a layout that was asked for by name where the method needs another kind of data.
void require_layout_serves(const std::string& pairs, Needs needs) {
  const auto refuse = [&](const char* needed) {
    throw UsageError(c10::str("--pairs: got ", pairs, ", but this method learns from ", needed,
                              "; leave it out"));
  };
  const bool is_unpaired = pairs == "unpaired", is_reduced = pairs == "reduced",
             is_single = pairs == "single", is_points = pairs == "points";
  if (needs == Needs::kDomains && (is_reduced || is_single || is_points)) refuse("two domains");
  if (needs == Needs::kReductions && !is_reduced) refuse("reduced photographs");
  if (needs == Needs::kPictures && !is_single) refuse("a single set of pictures");
  if (needs == Needs::kPoints && !is_points) refuse("points");
  const bool is_paired = !is_unpaired && !is_reduced && !is_single && !is_points;
  if (needs == Needs::kPairs && !is_paired) refuse("pairs");
}

std::unique_ptr<Dataset> open_layout(const fs::path& root, Split split, View view,
                                     const DataConfig& config, const Task& task) {
  if (config.pairs == "unpaired") return open_unpaired(root, split, view, config, task);
  if (config.pairs == "single") return open_single(root, split, view, config, task);
  if (config.pairs == "reduced") return open_reduced(root, split, view, config, task);
  if (config.pairs == "points") return open_points(root, split, view);
  return open_pairs(root, split, view, config, task);
}

}  // namespace

std::unique_ptr<Dataset> open_data(const fs::path& root, Split split, View view,
                                   const DataConfig& config, const Task& task) {
  require(config.pairs == "points" || fs::is_directory(root), "--data: ", root.string(),
          ": no such folder");
  auto data = open_layout(root, split, view, config, task);
  const auto name = split_name(split);
  const bool is_unpaired = config.pairs == "unpaired";
  require(data != nullptr || config.pairs != "single", "--data: ", root.string(),
          ": has no pictures for the split ", name);
  require(data != nullptr, "--data: ", root.string(), ": has no folders ", name, "A and ", name,
          "B", is_unpaired ? "; or name domain b with --data-b, --classes or --derive-b" : "");
  require(data->size() > 0, "--data: ", root.string(), ": has no image files for the split ", name);
  return data;
}

std::unique_ptr<Dataset> open_data_if_any(const fs::path& root, Split split, View view,
                                          const DataConfig& config, const Task& task) {
  const bool says_itself = config.pairs == "unpaired" || config.pairs == "single" ||
                           config.pairs == "folders" || config.pairs == "points";
  if (says_itself) return open_layout(root, split, view, config, task);
  const auto folder = root / split_name(split);  // the others would take the root for it
  if (!fs::is_directory(folder) || photographs_in(folder).empty()) return nullptr;
  return open_data(root, split, view, config, task);
}

void resolve_data(const fs::path& root, Needs needs, DataConfig& config, Task& task) {
  require(needs == Needs::kPoints || fs::is_directory(root), "--data: ", root.string(),
          ": no such folder");
  if (config.pairs == "auto") config.pairs = layout_of(root, needs);
  const bool is_unpaired = config.pairs == "unpaired", is_reduced = config.pairs == "reduced",
             is_single = config.pairs == "single";
  require_layout_serves(config.pairs, needs);
  if (!is_unpaired) require_unpaired_knobs_unused(config);
  require_usage(config.pairs == "mosaic" || config.masks.empty(),
                "--masks: is for --pairs mosaic; leave it out");
  require_usage(is_reduced || config.reductions.empty(),
                "--reductions: is for super-resolution; leave it out");
  task = task.fitted(needs);
  if (needs == Needs::kPoints) return;
  constexpr int64_t kLeastSide = 16;
  require_usage(task.size >= kLeastSide, "--size: got ", task.size, ", expected at least ",
                kLeastSide);
  require_usage(is_reduced || task.scale == 1, "--scale: got ", task.scale,
                ", but this method keeps the size of pictures; leave it out");
  require_usage(task.size % task.scale == 0, "--size: got ", task.size,
                ", expected a multiple of --scale ", task.scale);
  const bool may_be_digits = config.color == "auto" && (is_unpaired || is_single);
  const bool is_grey = config.color == "grey" || (may_be_digits && has_digits(root, config));
  task.channels_b = is_grey ? 1 : 3;
  task.channels_a = task.channels_b + (config.pairs == "mosaic" ? 1 : 0);
  if (is_single) task.class_names = c10::Join(",", class_names(root));
}

}  // namespace ganvas
