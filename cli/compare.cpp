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
#include "ganvas/evaluate/folders.h"
#include "ganvas/image/codec.h"

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

/// A file, or the images of a folder.
std::vector<fs::path> images_of(const std::string& name) {
  if (!is_folder(name)) {
    require_usage(path_exists(name), name, ": no such file or folder");
    return {name};
  }
  std::vector<fs::path> files;
  for (const auto& file : list_files(name)) {
    if (has_image_name(file)) files.push_back(file);
  }
  require_usage(!files.empty(), name,
                ": got a folder without images, expected PNG, JPEG, WebP, TIFF, BMP or PNM");
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
  auto partners = partners_of(folders);
  const auto all = std::ssize(partners);
  const auto found = all - std::count(partners.begin(), partners.end(), fs::path());
  require_usage(asked != "on" || found > 0, "--pairs on: no image of ", made,
                " has the name of one of ", real, ", ", folders.made.front().filename().string(),
                " and ", folders.real.front().filename().string(), " say");
  if (found == all || asked == "on") folders.partners = std::move(partners);
  if (found == 0 || found == all) return;
  note(c10::str(found, " of ", all, " images of ", made, " have the name of one of ", real,
                asked == "on" ? ": pairs are of these alone"
                              : ": measured as sets alone; --pairs on compares those too"));
}

}  // namespace

int run_compare(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Measures images beside others, whoever made them: two folders as sets (FID, KID, precision, recall) and, "
      "where names are equal, as pairs (PSNR, SSIM, LPIPS, DISTS); or two files. Without --fid-weights and "
      "--features sets are compared by the SqueezeNet that comes along, which gives other numbers than papers have.",
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
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<CompareConfig>(given);
  require_results({{"--json", json}, {"--csv", csv}}, {made, real});

  ImageFolders folders{images_of(made), images_of(real)};
  find_pairs(config.pairs, made, real, folders);
  const bool are_sets = folders.made.size() > 1 && folders.real.size() > 1;
  require_usage(
      are_sets || !folders.partners.empty(), "got ", folders.made.size(), " and ",
      folders.real.size(),
      " images, none a partner of another; expected two files, or folders of two images at least");
  const bool are_many =
      are_sets && std::min(std::ssize(folders.made), std::ssize(folders.real)) >= kFewestCompared;
  const bool names_none = by.features.empty() && by.weights.empty() && by.inception.empty();
  if (names_none && (are_many || folders.partners.empty())) {
    by.features = "squeezenet";
    by.layer = "fire9";
    by.weights = own_weights("squeezenet-v1.0");
  }
  auto options = measure_options(by);
  options.on_image = [](int64_t done, int64_t all) {
    show_progress(c10::str(done, "/", all), /*milestone=*/false);
  };
  watch_interrupts();
  const auto name = [&](const char* end) { return by.features + end; };
  const auto [report, left_out] =
      measure_folders(folders, options,
                      {name("_frechet"), name("_kernel"), name("_kernel_deviation"),
                       name("_precision"), name("_recall")});
  if (interrupted()) return kInterrupted;
  for (const auto& text : left_out) warn(text);
  note("protocol: " + report.protocol);
  print_table(report_table(report));
  if (!json.empty()) write_file(json, to_json_text(report));
  if (!csv.empty()) write_file(csv, to_csv(report));
  return left_out.empty() ? kDone : kFailed;
}

}  // namespace ganvas
