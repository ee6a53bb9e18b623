// One-sided data: images of a domain, with or without classes, in folders or IDX files.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/image_set.h"

#include <algorithm>
#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/idx.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

class ImageFiles final : public ImageSet {
 public:
  struct Entry {
    fs::path path;
    int64_t label;
  };
  ImageFiles(std::vector<Entry> entries, int64_t channels)
      : entries_(std::move(entries)), channels_(channels) {}

  int64_t size() const override { return static_cast<int64_t>(entries_.size()); }
  DomainImage get(int64_t i, int64_t least_side) const override {
    const auto& entry = entries_.at(static_cast<size_t>(i));
    return {levels_of(read_image_shrunk(entry.path, least_side), channels_),
            entry.path.stem().string(), entry.label};
  }
  std::string mark() const override {
    std::vector<fs::path> files;
    for (const auto& entry : entries_) files.push_back(entry.path);
    return files_mark(files);
  }
  FrameSize frame_size(int64_t i) const override {
    const auto size = size_of_image(entries_.at(static_cast<size_t>(i)).path);
    return {size.width, size.height};
  }

 private:
  std::vector<Entry> entries_;
  int64_t channels_;
};

class ImageTable final : public ImageSet {
 public:
  /// images: [count, H, W] uint8;  labels: [count] uint8 or undefined;  a part of both is the set
  ImageTable(Tensor images, Tensor labels, int64_t first, int64_t count, int64_t channels)
      : images_(std::move(images)),
        labels_(std::move(labels)),
        first_(first),
        count_(count),
        channels_(channels) {}

  int64_t size() const override { return count_; }
  View view(View) const override { return View::kPlain; }
  DomainImage get(int64_t i, int64_t) const override {
    const int64_t n = first_ + i;
    return {images_[n].unsqueeze(0).expand({channels_, -1, -1}), std::to_string(n),
            labels_.defined() ? labels_[n].item<int64_t>() : kNoLabel};
  }
  FrameSize frame_size(int64_t) const override { return {images_.size(2), images_.size(1)}; }

 private:
  Tensor images_, labels_;
  int64_t first_, count_, channels_;
};

/// The first file that exists among NAME and NAME.gz for each of `names`.
std::optional<fs::path> first_file(const fs::path& folder, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    for (const auto& candidate : {folder / name, folder / (name + ".gz")}) {
      if (path_exists(candidate)) return candidate;
    }
  }
  return std::nullopt;
}

std::optional<fs::path> idx_images(const fs::path& folder, Split split) {
  if (split == Split::kTrain) return first_file(folder, {"train-images-idx3-ubyte"});
  return first_file(folder, {"t10k-images-idx3-ubyte", "test-images-idx3-ubyte"});
}

/// Where the images of a split are: its own file, or, where there is one for both, that one.
fs::path idx_file(const fs::path& folder, Split split) {
  const auto other = split == Split::kTrain ? Split::kTest : Split::kTrain;
  const auto own = idx_images(folder, split);
  return own ? *own : idx_images(folder, other).value();
}

/// The labels of an images file; undefined if there are none beside it.
Tensor idx_labels(const fs::path& images) {
  auto name = images.filename().string();
  name.replace(name.find("images-idx3"), 11, "labels-idx1");
  const auto path = images.parent_path() / name;
  return path_exists(path) ? read_idx(path) : Tensor();
}

std::unique_ptr<ImageSet> open_idx(const fs::path& folder, Split split, int64_t channels) {
  if (split == Split::kVal) return nullptr;
  const auto path = idx_file(folder, split);
  const auto images = read_idx(path);
  require(images.dim() == 3, path.string(), ": got ", images.dim(), " dimensions, expected 3");
  const auto labels = idx_labels(path);
  require(!labels.defined() || (labels.dim() == 1 && labels.size(0) == images.size(0)),
          path.string(), ": got ", images.size(0), " images, but labels of the shape ",
          labels.defined() ? labels.sizes() : at::IntArrayRef());
  const int64_t all = images.size(0), train = all * 4 / 5;
  int64_t first = 0, count = all;
  if (!idx_images(folder, Split::kTrain) || !idx_images(folder, Split::kTest)) {
    first = split == Split::kTrain ? 0 : train;
    count = split == Split::kTrain ? train : all - train;
  }
  return std::make_unique<ImageTable>(images, labels, first, count, channels);
}

std::vector<std::string> idx_class_names(const fs::path& folder) {
  std::vector<std::string> names;
  const auto labels = idx_labels(idx_file(folder, Split::kTrain));
  if (!labels.defined() || labels.numel() == 0) return names;
  for (int64_t label = 0; label <= labels.max().item<int64_t>(); ++label) {
    names.push_back(std::to_string(label));
  }
  return names;
}

/// The names of the class folders in a folder; none if it has images of its own.
std::vector<std::string> folder_names(const fs::path& folder) {
  std::vector<std::string> names;
  if (!image_files(folder).empty()) return names;
  for (const auto& path : class_folders(folder)) {
    if (!image_files(path).empty()) names.push_back(path.filename().string());
  }
  return names;
}

/// The label of an image in a class folder: the folder's place among `classes`.
int64_t label_of(const fs::path& path, const std::vector<std::string>& classes) {
  const auto named = std::find(classes.begin(), classes.end(), path.parent_path().filename());
  return named == classes.end() ? kNoLabel : named - classes.begin();
}

void require_no_comma(const std::string& name, const fs::path& folder) {
  require(name.find(',') == std::string::npos, folder.string(),
          ": got a class with a comma in its name, expected none; rename the folder");
}

/// The folders that the files of a list lie in; none if they lie in one.
std::vector<std::string> listed_classes(const FileList& list) {
  std::set<std::string> names;
  for (const auto& line : list) {
    const auto name = line[0].parent_path().filename().string();
    require_no_comma(name, line[0].parent_path());
    names.insert(name);
  }
  return names.size() > 1 ? std::vector<std::string>(names.begin(), names.end())
                          : std::vector<std::string>();
}

std::unique_ptr<ImageSet> open_list(const fs::path& file, Split split, int64_t channels,
                                    const std::vector<std::string>& classes) {
  const auto list = list_of(file, split);
  if (!list) return nullptr;
  const auto names = classes.empty() ? listed_classes(*list_of(file, Split::kTrain)) : classes;
  std::vector<ImageFiles::Entry> entries;
  for (const auto& line : *list) {
    require(line.size() == 1, file.string(), ": got two files a line, expected one");
    entries.push_back({line[0], label_of(line[0], names)});
  }
  return std::make_unique<ImageFiles>(std::move(entries), channels);
}

/// Where the images of a split lie: the folder itself if it has no splits.
fs::path place_of(const fs::path& folder, Split split) {
  const bool is_split =
      is_folder(folder / split_name(Split::kTrain)) || is_folder(folder / split_name(Split::kTest));
  return is_split || split == Split::kVal ? folder / split_name(split) : folder;
}

}  // namespace

bool has_idx_files(const fs::path& folder) {
  return idx_images(folder, Split::kTrain) || idx_images(folder, Split::kTest);
}

std::unique_ptr<ImageSet> open_image_set(const fs::path& folder, Split split, int64_t channels,
                                         const std::vector<std::string>& classes) {
  if (has_idx_files(folder)) return open_idx(folder, split, channels);
  if (is_list(folder)) return open_list(folder, split, channels, classes);
  const auto place = place_of(folder, split);
  if (!is_folder(place)) return nullptr;
  const auto names = classes.empty() ? folder_names(place) : classes;
  std::vector<ImageFiles::Entry> entries;
  for (const auto& path : photographs_in(place)) entries.push_back({path, label_of(path, names)});
  if (entries.empty()) return nullptr;
  return std::make_unique<ImageFiles>(std::move(entries), channels);
}

std::vector<std::string> class_names(const fs::path& folder) {
  if (has_idx_files(folder)) return idx_class_names(folder);
  if (is_list(folder)) return listed_classes(*list_of(folder, Split::kTrain));
  const auto place = place_of(folder, Split::kTrain);
  if (!is_folder(place)) return {};
  const auto names = folder_names(place);
  for (const auto& name : names) require_no_comma(name, place / name);
  return names;
}

}  // namespace ganvas
