// The kinds of data that methods learn from and are measured by: a row each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ganvas/core/task.h"
#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// One row: how data of a kind are recognised, opened, and what a model of them is worth.
struct TaskEntry {
  std::string name, summary;
  Task serves;                       // the methods that learn from it
  std::string noun;                  // what is counted: "pairs"
  std::vector<std::string> layouts;  // words for --layout, each of this row alone
  std::vector<Knob> knobs;

  bool needs_folder = true;  // or takes other words and files too

  /// Flags of `ganvas eval` that say something to it, without dashes.
  std::vector<std::string> measured_by;

  /// A figure of it tells which of two models is better: the best checkpoint is kept by it.
  bool is_scored = false;

  /// Which part shows how well a run does, where there is no val/: none, or test.
  std::vector<Split> validation = {Split::kVal};

  /// The layout of a folder that was named without one. The first row that has one takes it.
  std::function<std::string(const std::filesystem::path& folder, const Settings&)> recognise;

  /// What images of it look like, as far as no folder says.
  std::function<ImageSpec(ImageSpec asked)> shape;

  /// The rest: channels and classes.
  ///   Throws Error on a folder, UsageError on settings that do not fit.
  std::function<ImageSpec(const std::filesystem::path& folder, const Settings&, ImageSpec)> fit;

  /// Null if there is nothing for the split.
  std::function<std::unique_ptr<Dataset>(const DataRequest&, const Settings&)> open;

  /// What was looked for, for who finds nothing of a split: "has no folders valA and valB, found ...".
  std::function<std::string(const std::filesystem::path& folder, const std::string& split)> absence;

  /// Knobs that name files or folders, which may move while what is in them stays.
  std::vector<std::string> paths = {};

  std::function<Report(const Model&, const Dataset&, const Settings&, const MeasureOptions&)>
      measure;

  bool has_knob(const std::string& name) const;
};

/// Every kind of data, in the order in which folders are recognised.
const std::vector<TaskEntry>& tasks();

/// The row of a layout. Throws UsageError, naming the nearest, if there is none.
const TaskEntry& find_task(const std::string& layout);

/// Images of no folder in particular, as a method that learns from this wants them.
ImageSpec shape_of(Task task, const ImageSpec& asked = {});

/// The knob that names a layout.
struct LayoutConfig {
  std::string layout = "auto";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("layout", layout,
      "how the data lie; auto goes by the folder and by what the method learns from",
      layout_names());
  }

  /// "auto", and those of all rows.
  static Choices layout_names();
};

/// A folder whose kind is known, with the knobs of that kind.
struct Data {
  std::filesystem::path folder;
  std::string layout = "auto";  // until it is known
  Settings settings;            // --layout, and those of the row's knobs that were given
  ImageSpec images;

  const TaskEntry& task() const { return find_task(layout); }

  /// --layout and the row's knobs, with their values.
  std::vector<Knob> knobs() const;

  /// Throws Error if there is nothing for the split.
  std::unique_ptr<Dataset> open(Split split, View view) const;

  /// Null if the folder has no images for that split.
  std::unique_ptr<Dataset> open_if_any(Split split, View view) const;

  /// True if what a split shows are the images that are trained on: where a folder has no splits.
  bool shows_training_images(const Dataset& shown) const;

  Report measure(const Model& model, const Dataset& data, const MeasureOptions& options) const;

  /// Throws Error if the folder looks like another layout, where layouts can be told.
  void require_recognised() const;
};

/// Finds out what lies in a folder.
///
///   needed:   what the method learns from
///   settings: --layout and knobs of data; others are passed over
///   before:   what a run was begun with, where `settings` say nothing; of all kinds of data
///   Throws Error if nothing of a known layout lies there, UsageError if it does not serve `needed`, or on
///   knobs of other kinds of data that say something else than their default.
Data find_data(const std::filesystem::path& folder, Task needed, const Settings& settings,
               const ImageSpec& asked, const Settings& before = {});

/// A folder of the kind that a model was trained on.
///   learned: the settings of its run;  given: what is asked for instead
///   Throws UsageError on a layout of another task, or on knobs of other kinds of data.
Data data_of_model(const std::filesystem::path& folder, const Settings& learned,
                   const Settings& given, const ImageSpec& images);

}  // namespace ganvas
