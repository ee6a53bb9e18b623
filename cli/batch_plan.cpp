// Which images a command works on, and where each result goes.
// SPDX-License-Identifier: Apache-2.0
#include "cli/batch_plan.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include <sys/stat.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/formats.h"
#include "ganvas/report/page.h"
#include "ganvas/world/place.h"

namespace ganvas {
namespace {

/// A file with its place in the folder that was named.
struct Found {
  fs::path path, relative;
};

/// What makes a file the same under all of its names.
using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return Identity{status.st_dev, status.st_ino};
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().rfind('.', 0) == 0;
}

enum class Depth { kFolderAlone, kFoldersInside };

/// A search for images, and what came of it.
struct Search {
  const fs::path& out;  // a folder of results, which is not entered
  Depth depth;
  BatchPlan& plan;
  std::vector<Found> found = {};
  std::set<Identity> entered = {};  // folders that were looked at already, under whatever name
};

/// Adds the images of a folder.
void find_in_folder(Search& search, const fs::path& folder, const fs::path& relative) {
  auto& plan = search.plan;
  const auto identity = identity_of(folder);
  if (identity && !search.entered.insert(*identity).second) return;
  std::vector<fs::path> files;
  try {
    files = list_files(folder);
  } catch (const Error& error) {
    if (relative.empty()) throw;
    plan.unreadable.emplace_back(folder, error.what());
    return;
  }
  for (const auto& path : files) {
    if (!is_hidden(path) && has_image_name(path)) {
      search.found.push_back({path, relative / path.filename()});
    } else {
      plan.passed_over.push_back(path);
    }
  }
  for (const auto& path : list_others(folder)) plan.passed_over.push_back(path);
  for (const auto& path : list_folders(folder)) {
    if (is_hidden(path)) plan.passed_over.push_back(path);
    const bool is_out = path_exists(search.out) && fs::equivalent(path, search.out);
    if (is_hidden(path) || is_out) continue;
    if (search.depth == Depth::kFoldersInside) {
      find_in_folder(search, path, relative / path.filename());
    } else {
      plan.not_entered.push_back(path);
    }
  }
}

std::vector<Found> find_images(const std::vector<std::string>& inputs, const fs::path& out,
                               bool recursive, BatchPlan& plan) {
  Search search{out, recursive ? Depth::kFoldersInside : Depth::kFolderAlone, plan};
  auto& found = search.found;
  for (const auto& input : inputs) {
    require(path_exists(input), input, ": no such file or folder");
    if (!is_folder(input)) {
      found.push_back({input, fs::path(input).filename()});
      continue;
    }
    const size_t before = found.size();
    find_in_folder(search, input, {});
    require(found.size() > before, input, ": has no image files",
            plan.not_entered.empty() ? "" : "; --recursive takes those of the folders in it");
  }
  return found;
}

/// The extension of a result: that of the image, unless it is a name for another kind of file than
/// the image is.
std::string extension_for(const fs::path& input, const std::string& wanted) {
  if (wanted != "keep") return "." + wanted;
  const auto *named = format_named(input), *kind = kind_of_file(input);
  if (kind == nullptr) kind = named;
  if (kind == nullptr || !can_write(*kind)) return ".png";
  return kind == named ? input.extension().string() : kind->extensions[0];
}

/// True for "x.xyz", not for "x", "x.2" and "x.xyz/".
bool has_extension_of_files(const fs::path& path) {
  const auto extension = path.extension().string();
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  return extension.size() >= 3 && extension.size() <= 5 &&
         std::all_of(extension.begin() + 1, extension.end(), is_letter);
}

/// Whether `out` is meant as a folder.
bool is_folder_of_results(const std::vector<Found>& found, const std::vector<std::string>& inputs,
                          const fs::path& out, const std::string& wanted) {
  if (is_folder(out)) return true;
  const auto* format = format_named(out);
  if (is_other_image(out)) writable_format(out);  // says that it is not written
  const bool is_for_one = found.size() == 1 && inputs.size() == 1 && !is_folder(inputs[0]);
  if (format == nullptr) {
    require_usage(!is_for_one || !has_extension_of_files(out), "--out: got ", out.string(),
                  ", whose extension names no kind of image that is written; write ", out.string(),
                  "/ if it is to be a folder");
    return true;
  }
  require_usage(is_for_one, "--out: got the file ", out.string(), " for ", found.size(),
                " images, expected a folder");
  writable_format(out);
  require_usage(wanted == "keep" || format == format_named("x." + wanted), "--format: got ", wanted,
                ", but --out ", out.string(), " is a ", format->name, " file; leave one out");
  return false;
}

std::string text_of(const fs::path& path) {
  return path.lexically_normal().string();
}

/// Gives images of kinds that are only read, and so become PNG, a name of their own where another
/// result has it: a.bmp and a.ppm become a-bmp.png and a-ppm.png.
void part_converted(BatchPlan& plan) {
  std::map<fs::path, int64_t> count;
  for (const auto& image : plan.images) ++count[image.output];
  for (auto& [input, output] : plan.images) {
    const bool is_converted = input.extension() != output.extension() && input.has_extension();
    if (!is_converted || count[output] == 1) continue;
    const auto kind = input.extension().string().substr(1);
    output.replace_filename(output.stem().string() + "-" + kind + output.extension().string());
  }
}

/// True for a list or a page that was written before, and for what holds nothing, as a device.
bool is_earlier_text(const fs::path& path) {
  if (!is_file(path) || fs::file_size(path) == 0) return true;
  std::ifstream file(path, std::ios::binary);
  std::string begin(std::string_view(kPageBegin).size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin.rfind("{\"input\":", 0) == 0 || begin.rfind(kPageBegin, 0) == 0;
}

/// Refuses a plan in which something would be lost.
void check_names(const BatchPlan& plan, const FilesOf& files_of, const OtherFiles& also) {
  std::map<Identity, fs::path> inputs;
  for (const auto& path : also.read) {
    if (const auto identity = identity_of(path)) inputs.emplace(*identity, path);
  }
  for (const auto& [input, output] : plan.images) {
    if (const auto identity = identity_of(input)) inputs.emplace(*identity, input);
  }
  std::map<std::string, fs::path> made_of;
  for (const auto& [input, output] : plan.images) {
    for (const auto& file : files_of(output)) {
      constexpr size_t kLongestName = 255;
      require(file.filename().string().size() <= kLongestName, file.string(),
              ": the name of a result is too long, at most ", kLongestName,
              " bytes; choose a shorter --suffix or name");
      const auto [other, is_new] = made_of.emplace(text_of(fs::absolute(file)), input);
      require(is_new, input.string(), " and ", other->second.string(), " would both become ",
              file.string(), "; choose another --format or --suffix, or an --out for each");
      const auto identity = identity_of(file);
      const auto is_input = identity ? inputs.find(*identity) : inputs.end();
      require(is_input == inputs.end(), file.string(), ": is the input itself",
              is_input != inputs.end() && is_input->second != input
                  ? " (" + is_input->second.string() + ", for the result of " + input.string() + ")"
                  : "",
              "; choose another --out or --suffix");
    }
  }
  const auto is_made = [&](const fs::path& folder) {
    const auto begin = text_of(fs::absolute(folder) / "");
    return std::any_of(made_of.begin(), made_of.end(),
                       [&](const auto& made) { return made.first.rfind(begin, 0) == 0; });
  };
  for (const auto& page : also.written) {
    const auto identity = identity_of(page);
    const bool is_image = made_of.count(text_of(fs::absolute(page))) > 0 ||
                          (identity && inputs.count(*identity) > 0) ||
                          (path_exists(page) && has_image_name(page));
    require(!is_image, page.string(),
            ": is an image, and a list or page would replace it; choose another name");
    require(page.empty() || !path_exists(page) || is_earlier_text(page), page.string(),
            ": is there, and is no earlier list or page of ganvas; choose another name");
    const auto folder = page.parent_path();
    require(folder.empty() || is_folder(folder) || is_made(folder), page.string(),
            ": there is no folder ", folder.string());
  }
}

/// Takes out what an earlier run with a suffix made in the folder of its inputs.
void drop_own_results(BatchPlan& plan, const std::string& suffix) {
  if (suffix.empty()) return;
  std::set<Identity> results;
  for (const auto& image : plan.images) {
    if (const auto identity = identity_of(image.output)) results.insert(*identity);
  }
  std::erase_if(plan.images, [&](const PlannedImage& image) {
    const auto identity = identity_of(image.input);
    return identity && results.count(*identity) > 0;
  });
}

/// Refuses to promise what a format cannot keep.
void check_lossless(const BatchPlan& plan, const BatchConfig& config) {
  if (config.lossless != "on") return;
  for (const auto& image : plan.images) {
    const auto* format = format_named(image.output);
    require_usage(format == nullptr || writes_exactly(*format),
                  "--lossless: ", image.output.string(), " is to be ",
                  format == nullptr ? "" : format->name, ", which always loses something",
                  format != nullptr && format->coding == Coding::kEither ? " by this libvips" : "",
                  "; use --format png or webp");
  }
}

/// Of several processes that were begun together each takes its part of the images. Before anybody looks at what is
/// there already: the others' results come meanwhile.
void share_out(BatchPlan& plan) {
  const auto place = place_of_environment();
  std::vector<PlannedImage> mine;
  for (size_t i = 0; i < plan.images.size(); ++i) {
    if (static_cast<int64_t>(i) % place.size == place.rank)
      mine.push_back(std::move(plan.images[i]));
  }
  plan.of_others = std::ssize(plan.images) - std::ssize(mine);
  plan.images = std::move(mine);
}

/// Takes out, or refuses, images whose results are there.
void heed_existing(BatchPlan& plan, const std::string& existing, const FilesOf& files_of) {
  if (existing == "replace") return;
  std::vector<PlannedImage> left;
  for (auto& image : plan.images) {
    const auto files = files_of(image.output);
    const auto there = std::find_if(files.begin(), files.end(),
                                    [](const fs::path& file) { return path_exists(file); });
    require(existing == "skip" || there == files.end(), there == files.end() ? "" : there->string(),
            ": is there already, and --existing refuse was given; nothing was done");
    const bool is_whole = std::all_of(files.begin(), files.end(), [](const fs::path& file) {
      std::error_code missing;
      return fs::file_size(file, missing) > 0 && !missing;
    });
    if (is_whole) {
      plan.there_already.push_back(image.input);
    } else {
      left.push_back(std::move(image));
    }
  }
  plan.images = std::move(left);
}

}  // namespace

WriteOptions write_options(const BatchConfig& config) {
  WriteOptions options;
  if (config.quality > 0) options.quality = config.quality;
  if (config.lossless != "auto") options.lossless = config.lossless == "on";
  require_usage(config.quality == 0 || config.lossless != "on",
                "--quality and --lossless: got both, expected one");
  if (config.background == "black") options.background = {0, 0, 0};
  if (config.background == "white" || config.background == "black") return options;
  unsigned red = 0, green = 0, blue = 0;
  const bool is_color =
      config.background.size() == 7 &&
      std::sscanf(config.background.c_str(), "#%2x%2x%2x", &red, &green, &blue) == 3;
  require_usage(is_color, "--background: got ", config.background,
                ", expected white, black or a colour as #rrggbb");
  options.background = {double(red), double(green), double(blue)};
  return options;
}

BatchPlan plan_batch(const std::vector<std::string>& inputs, const fs::path& out,
                     const BatchConfig& config, const FilesOf& files_of, OtherFiles also) {
  require_usage(!out.empty(), "--out: is empty, expected a folder or a file");
  require_usage(config.suffix.find('/') == std::string::npos, "--suffix: got ", config.suffix,
                ", which holds a /; it is a part of a name");
  BatchPlan plan;
  const auto found = find_images(inputs, out, config.recursive, plan);
  const bool to_folder = is_folder_of_results(found, inputs, out, config.format);
  require_usage(to_folder || config.suffix.empty(), "--suffix: got ", config.suffix, " and --out ",
                out.string(), ", which names the result; leave one out");
  for (const auto& [path, relative] : found) {
    const auto name = relative.stem().string() + config.suffix + extension_for(path, config.format);
    plan.images.push_back({path, to_folder ? out / relative.parent_path() / name : out});
  }
  if (to_folder && config.format == "keep") part_converted(plan);
  drop_own_results(plan, config.suffix);
  if (!config.report.empty()) also.written.emplace_back(config.report);
  check_names(plan, files_of, also);
  check_lossless(plan, config);
  share_out(plan);
  heed_existing(plan, config.existing, files_of);
  return plan;
}

std::vector<fs::path> expand_inputs(const std::vector<std::string>& inputs) {
  BatchPlan ignored;
  std::vector<fs::path> files;
  for (auto& found : find_images(inputs, {}, /*recursive=*/false, ignored)) {
    files.push_back(std::move(found.path));
  }
  return files;
}

}  // namespace ganvas
