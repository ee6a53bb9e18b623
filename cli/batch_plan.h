// Which images a command works on, and where each result goes: known before the first is touched.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ganvas/core/config.h"
#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"

namespace ganvas {

/// The knobs of every command that makes images of images.
struct BatchConfig {
  std::string format = "keep";
  std::string suffix;
  bool recursive = false;
  std::string existing = "replace";
  int64_t quality = 0;
  std::string lossless = "auto";
  std::string background = "white";
  std::string report;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("format", format,
      "format of the results; keep is each image's own, or PNG for kinds that are only read",
      Choices{"keep", "png", "jpg", "webp", "tif", "avif", "gif", "jxl"});
    v("suffix", suffix, "what is put behind the name of each result, as -x4");
    v("recursive", recursive,
      "take the folders in folders too, and make the same ones for results");
    v("existing", existing,
      "what to do about results that are there already; skip goes on with what was broken off",
      Choices{"replace", "skip", "refuse"});
    v("quality", quality, "of JPEG, WebP, AVIF and JPEG XL, 1 to 100; 0 is 95", Range{0, 100});
    v("lossless", lossless,
      "WebP, AVIF and JPEG XL that bring every pixel back; auto does so where the image's own "
      "file did",
      Choices{"auto", "on", "off"});
    v("background", background,
      "what shows through in formats without alpha: white, black, or a colour as #rrggbb");
    v("report", report,
      "list to write, one line of JSON for each image: what became of it and why");
  }
};

/// How results are put into their files. Throws UsageError if the knobs contradict each other.
WriteOptions write_options(const BatchConfig& config);

/// An image and its result.
struct PlannedImage {
  fs::path input, output;
};

/// What a command will do.
struct BatchPlan {
  std::vector<PlannedImage> images;
  int64_t of_others = 0;                // images that other processes work on
  std::vector<fs::path> there_already;  // inputs whose results are not made again
  std::vector<fs::path> passed_over;    // hidden, links to nothing, without an image's name
  std::vector<fs::path> not_entered;    // folders in folders
  std::vector<std::pair<fs::path, std::string>> unreadable;  // folders in folders, and why
};

/// All files that a command writes of an image, where its result is to be called `output`.
using FilesOf = std::function<std::vector<fs::path>(const fs::path& output)>;

/// Files beside images and results: no result may replace what is read, and what is written may replace
/// neither an image nor a result.
struct OtherFiles {
  std::vector<fs::path> read, written;
};

/// Finds the images that `inputs` name (files as they are, folders as the images in them, sorted)
/// and the name of each result: `out` for a single file, else a name in the folder `out`.
///
/// Throws Error or UsageError, before anything is written, if an input does not exist or a folder has
/// no images; if a result would be an input, or two results would be one file; if `out` is a file
/// and there are several images, contradicts --format, or is of a kind that cannot be written; if
/// there are results already and --existing refuses them.
BatchPlan plan_batch(const std::vector<std::string>& inputs, const fs::path& out,
                     const BatchConfig& config, const FilesOf& files_of, OtherFiles also = {});

/// Image files that arguments name: files as they are, folders as the images in them, sorted.
/// Throws Error if one does not exist, or a folder has none.
std::vector<fs::path> expand_inputs(const std::vector<std::string>& inputs);

}  // namespace ganvas
