// One row per kind of data. Row `x` is the function `x_task()` that tasks/x.cpp defines.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/tasks/task.h"

#include <algorithm>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"

#define GANVAS_TASKS(ROW) \
  ROW(pairs)              \
  ROW(mosaics)            \
  ROW(masked)             \
  ROW(domains)            \
  ROW(images)             \
  ROW(upscaling)          \
  ROW(points)

namespace ganvas {

#define DECLARE(name) TaskEntry name##_task();
GANVAS_TASKS(DECLARE)

const std::vector<TaskEntry>& tasks() {
#define CALL(name) name##_task(),
  static const std::vector<TaskEntry> all = {GANVAS_TASKS(CALL)};
  return all;
}

namespace {

constexpr auto kAuto = "auto";  // goes by the folder

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The rows that serve a task, and their layouts, for messages: "pairs of files (side-by-side, folders)".
std::string rows_for(Task task) {
  std::vector<std::string> words;
  for (const auto& row : tasks()) {
    if (row.serves != task) continue;
    words.push_back(c10::str(row.name, " (", c10::Join(", ", row.layouts), ")"));
  }
  return c10::Join(", ", words);
}

void require_folder(const TaskEntry& task, const fs::path& folder) {
  if (!task.needs_folder) return;
  if (is_list(folder)) return;
  require(!is_file(folder), "--data: ", folder.string(),
          ": got a file, expected a folder, or a list of files (.txt)");
  require(is_folder(folder), "--data: ", folder.string(), ": no such folder");
}

/// The layout that was asked for, or that a folder has.
std::string layout_of(const fs::path& folder, Task needed, const Settings& settings) {
  const auto asked = config_of<LayoutConfig>(settings).layout;
  if (asked != kAuto) {
    require_usage(find_task(asked).serves == needed, "--layout: got ", asked,
                  ", but this method learns from ", rows_for(needed), "; leave it out");
    return asked;
  }
  for (const auto& row : tasks()) {
    if (row.serves != needed) continue;
    require_folder(row, folder);
    const auto layout = row.recognise(folder, settings);
    if (!layout.empty()) return layout;
  }
  throw Error(
      c10::str("--data: ", folder.string(), ": holds nothing that this method learns from"));
}

/// The kinds of data that have a knob.
std::string rows_with(const std::string& knob) {
  std::vector<std::string> names;
  for (const auto& row : tasks()) {
    if (row.has_knob(knob)) names.push_back(row.name);
  }
  return c10::Join(", ", names);
}

/// Knobs of other kinds of data would be passed over.
void refuse_foreign_knobs(const TaskEntry& task, const std::string& layout,
                          const Settings& settings) {
  for (const auto& row : tasks()) {
    for (const auto& knob : row.knobs) {
      if (task.has_knob(knob.name)) continue;
      const auto text = find_setting(settings, knob.name);
      if (!text || normal_text(knob, *text) == knob.value) continue;
      throw UsageError(c10::str("--", knob.name, ": is for ", rows_with(knob.name),
                                ", got data of the layout ", layout, "; leave it out"));
    }
  }
}

/// --layout and the row's knobs.
Settings known_settings(const TaskEntry& task, const std::string& layout,
                        const Settings& settings) {
  Settings known = {{"layout", layout}};
  for (const auto& knob : task.knobs) {
    if (const auto text = find_setting(settings, knob.name)) {
      known.emplace_back(knob.name, normal_text(knob, *text));
    }
  }
  return known;
}

}  // namespace

bool TaskEntry::has_knob(const std::string& wanted) const {
  return std::any_of(knobs.begin(), knobs.end(),
                     [&](const Knob& knob) { return knob.name == wanted; });
}

const TaskEntry& find_task(const std::string& layout) {
  for (const auto& row : tasks()) {
    if (has(row.layouts, layout)) return row;
  }
  const auto known = LayoutConfig::layout_names();
  throw UsageError(c10::str("--layout: got '", layout, "', expected one of ",
                            c10::Join(", ", known), did_you_mean(layout, known)));
}

ImageSpec shape_of(Task task, const ImageSpec& asked) {
  for (const auto& row : tasks()) {
    if (row.serves == task) return row.shape(asked);
  }
  throw Error("shape_of: no kind of data serves this task");
}

Choices LayoutConfig::layout_names() {
  Choices names = {kAuto};
  for (const auto& row : tasks()) names.insert(names.end(), row.layouts.begin(), row.layouts.end());
  return names;
}

std::vector<Knob> Data::knobs() const {
  auto all = describe(LayoutConfig{layout});
  if (layout == kAuto) return all;
  for (auto knob : task().knobs) {
    if (const auto text = find_setting(settings, knob.name)) knob.value = normal_text(knob, *text);
    all.push_back(knob);
  }
  return all;
}

std::unique_ptr<Dataset> Data::open(Split split, View view) const {
  auto data = task().open({folder, split, view, images}, settings);
  const auto name = split_name(split);
  if (!data) throw Error("--data: " + folder.string() + ": " + task().absence(folder, name));
  if (data->size() == 0) {
    throw Error(c10::str("--data: ", folder.string(), ": has no ",
                         task().needs_folder ? "image files" : task().noun, " for the split ", name,
                         ", ", found_in(folder)));
  }
  return data;
}

std::unique_ptr<Dataset> Data::open_if_any(Split split, View view) const {
  return task().open({folder, split, view, images, Fallback::kNone}, settings);
}

bool Data::shows_training_images(const Dataset& shown) const {
  if (!task().needs_folder) return false;
  try {
    const auto trained = open_if_any(Split::kTrain, View::kPlain);
    if (!trained || trained->size() != shown.size()) return false;
    const auto a = trained->get(0, Random(0)), b = shown.get(0, Random(0));
    return a.name == b.name && a.a.equal(b.a);
  } catch (const Error&) {
    return false;  // what cannot be read is told elsewhere
  }
}

void Data::require_recognised() const {
  const auto seen = task().recognise(folder, settings);
  require(seen.empty() || seen == layout, "--data: ", folder.string(), ": looks like ", seen,
          ", but the run learned from ", layout, "; ", found_in(folder));
}

Report Data::measure(const Model& model, const Dataset& data, const MeasureOptions& options) const {
  return task().measure(model, data, settings, options);
}

Data find_data(const fs::path& folder, Task needed, const Settings& settings,
               const ImageSpec& asked, const Settings& before) {
  auto all = before;
  all.insert(all.end(), settings.begin(), settings.end());
  const auto layout = layout_of(folder, needed, all);
  const auto& task = find_task(layout);
  require_folder(task, folder);
  refuse_foreign_knobs(task, layout, settings);
  const auto known = known_settings(task, layout, all);
  return {folder, layout, known, task.fit(folder, known, task.shape(asked))};
}

Data data_of_model(const fs::path& folder, const Settings& learned, const Settings& given,
                   const ImageSpec& images) {
  auto all = learned;
  all.insert(all.end(), given.begin(), given.end());
  const auto before = find_setting(learned, "layout");
  require(before.has_value(), "--model: does not say what data it learned from");
  const auto asked = find_setting(given, "layout").value_or(kAuto);
  const auto layout = asked == kAuto ? *before : asked;
  const auto& task = find_task(layout);
  require_usage(task.serves == find_task(*before).serves, "--layout: got ", layout,
                ", but the model learned from ", *before, "; leave it out");
  require_folder(task, folder);
  refuse_foreign_knobs(task, layout, given);
  const auto known = known_settings(task, layout, all);
  const int64_t channels =
      layout == *before ? images.channels_a : task.fit(folder, known, images).channels_a;
  require_usage(channels == images.channels_a, "--layout: got ", layout, ", whose inputs have ",
                channels, " channels, but those of the model, which learned from ", *before,
                ", have ", images.channels_a, "; leave it out");
  return {folder, layout, known, images};
}

}  // namespace ganvas
