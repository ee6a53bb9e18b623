// ganvas compare
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/command.h"
#include "cli/measure_flags.h"
#include "cli/results.h"
#include "cli/weights.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/data/layout.h"
#include "ganvas/evaluate/folders.h"

namespace ganvas {
namespace {

struct CompareConfig {
  std::string pairs = "auto";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("pairs", pairs,
      "whether files of equal names belong together: auto if every one of the first has a partner",
      Choices{"auto", "on", "off"});
  }
};

/// A file, or the images of a folder; says what else is there.
std::vector<fs::path> images_of(const std::string& name) {
  if (!is_folder(name)) {
    require_usage(path_exists(name), name, ": no such file or folder");
    return {name};
  }
  const auto files = image_files(name);
  const auto others = std::ssize(list_files(name)) - std::ssize(files) +
                      std::ssize(list_others(name)) + std::ssize(list_folders(name));
  require_usage(!files.empty(), name,
                ": got a folder without images, expected PNG, JPEG, WebP, TIFF, BMP or PNM");
  if (others > 0) {
    note(c10::str(name, ": ", files.size(), " images; ", others,
                  " other files and folders in it are passed over"));
  }
  return files;
}

/// Decides which files are pairs, and says so.
void find_pairs(const std::string& asked, const std::string& made, const std::string& real,
                ImageFolders& folders) {
  if (asked == "off") return;
  if (!is_folder(made) && !is_folder(real)) {
    folders.partners = folders.real;
    return;
  }
  const auto all = std::ssize(folders.made);
  auto partners = partners_of(folders);
  const auto found = all - std::count(partners.begin(), partners.end(), fs::path());
  require_usage(asked != "on" || found > 0, "--pairs on: no image of ", made,
                " has the name of one of ", real, ", ", folders.made.front().filename().string(),
                " and ", folders.real.front().filename().string(), " say");
  if (found == all || asked == "on") folders.partners = std::move(partners);
  if (found == 0 || (all == 1) != (folders.real.size() == 1)) return;
  note(c10::str(found, " of ", all, " images of ", made, " have the name of one of ", real,
                folders.partners.empty() ? ": measured as sets alone; --pairs on compares those too"
                                         : ": they are pairs; --pairs off measures sets alone"));
}

/// Refuses flags that would say nothing.
void require_sense(const MeasureFlags& by, const std::string& csv, const ImageFolders& folders) {
  const bool are_sets = folders.made.size() > 1 && folders.real.size() > 1;
  const bool has_pairs = !folders.partners.empty();
  require_usage(
      are_sets || has_pairs, "got ", folders.made.size(), " and ", folders.real.size(),
      " images, none the partner of another; expected two files, or folders of two images at least");
  for (const auto& [flag, value] :
       {std::pair{"--lpips-weights", by.lpips}, {"--dists-weights", by.dists}, {"--csv", csv}}) {
    require_usage(has_pairs || value.empty(), flag,
                  ": is of pairs, and none are compared; name partners alike, or leave it out");
  }
  require_usage(are_sets || by.inception.empty(), "--fid-weights: is of sets, got ",
                folders.made.size(), " and ", folders.real.size(),
                " images, expected two of each at least");
}

/// Says what was left out.
///   returns: true if nothing was that should not have been
bool tell_left_out(const FolderReport& measured, const ImageFolders& folders) {
  for (const auto& text : measured.left_out) warn(text);
  if (measured.unequal == 0) return measured.left_out.empty();
  const bool has_pairs = !measured.report.names.empty();
  warn(c10::str(measured.unequal, " of ", folders.partners.size(),
                " pairs are of unequal sizes and not compared (", measured.first_unequal, ")",
                has_pairs ? "" : "; sets alone are measured"));
  return measured.left_out.empty() && !has_pairs && folders.made.size() > 1;
}

/// How many threads compute; the rest of the machine's knobs say nothing here.
std::vector<Knob> thread_knobs() {
  std::vector<Knob> knobs;
  for (auto& knob : describe(MachineConfig{})) {
    if (knob.name == "threads") knobs.push_back(std::move(knob));
  }
  return knobs;
}

}  // namespace

int run_compare(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Measures images beside others, whoever made them: two folders as sets (FID, KID, precision, "
      "recall) and, where names are equal, as pairs (PSNR, SSIM, LPIPS, DISTS); or two files. "
      "Without --fid-weights and --features, sets of 20 images and more are compared by the SqueezeNet that comes "
      "along, which gives other numbers than papers have.",
      "ganvas compare");
  std::string made, real, json, csv;
  MeasureFlags by;
  Settings given;
  expected.require("made", made, "an image, or a folder of them");
  expected.require("real", real, "what it should be like");
  expected.take("--json", json, "write all figures here");
  expected.take("--csv", csv, "pairs: write figures of every image here");
  expected.take(describe(CompareConfig{}), given);
  take_measures(expected, by);
  expected.take(thread_knobs(), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<CompareConfig>(given);
  set_up_machine(config_of<MachineConfig>(given), Work::kInference);

  ImageFolders folders{images_of(made), images_of(real)};
  auto inputs = files_of(by);
  inputs.insert(inputs.end(), folders.made.begin(), folders.made.end());
  inputs.insert(inputs.end(), folders.real.begin(), folders.real.end());
  require_results({{"--json", json}, {"--csv", csv}}, inputs);
  find_pairs(config.pairs, made, real, folders);
  require_sense(by, csv, folders);
  const bool are_many =
      std::min(std::ssize(folders.made), std::ssize(folders.real)) >= kFewestCompared;
  const bool names_none = by.features.empty() && by.weights.empty() && by.inception.empty();
  if (names_none && (are_many || folders.partners.empty())) {
    by.features = "squeezenet";
    by.layer = "fire9";
    by.weights = own_weights("squeezenet-v1.0");
  }
  const auto options = measure_options(by);
  watch_interrupts();
  const auto name = [&](const char* end) { return by.features + end; };
  const auto measured =
      measure_folders(folders, options,
                      {name("_frechet"), name("_kernel"), name("_kernel_deviation"),
                       name("_precision"), name("_recall")});
  if (interrupted()) return kInterrupted;
  note("protocol: " + measured.report.protocol);
  print_table(report_table(measured.report));
  if (!json.empty()) write_file(json, to_json_text(measured.report));
  if (!csv.empty()) write_file(csv, to_csv(measured.report));
  return tell_left_out(measured, folders) ? kDone : kFailed;
}

}  // namespace ganvas
