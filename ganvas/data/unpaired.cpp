// Two domains whose pictures need not belong together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/unpaired.h"

#include <ATen/ops/constant_pad_nd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/crop.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/pictures.h"

namespace ganvas {
namespace {

using Domains = std::pair<std::unique_ptr<PictureSet>, std::unique_ptr<PictureSet>>;

/// Every second picture of a set, passed through derive_picture() if a kind is given.
class Half final : public PictureSet {
 public:
  Half(std::shared_ptr<const PictureSet> whole, int64_t first, std::string kind)
      : whole_(std::move(whole)), first_(first), kind_(std::move(kind)) {}

  int64_t size() const override { return (whole_->size() - first_ + 1) / 2; }
  View view(View asked) const override { return whole_->view(asked); }
  Picture get(int64_t i) const override {
    auto picture = whole_->get(2 * i + first_);
    if (!kind_.empty()) picture.pixels = derive_picture(kind_, picture.pixels);
    return picture;
  }

 private:
  std::shared_ptr<const PictureSet> whole_;
  int64_t first_;
  std::string kind_;
};

/// A set with a black frame around each picture.
class Framed final : public PictureSet {
 public:
  Framed(std::unique_ptr<PictureSet> whole, int64_t margin)
      : whole_(std::move(whole)), margin_(margin) {}

  int64_t size() const override { return whole_->size(); }
  View view(View asked) const override { return whole_->view(asked); }
  Picture get(int64_t i) const override {
    auto picture = whole_->get(i);
    const std::vector<int64_t> frame(4, margin_);
    picture.pixels = at::constant_pad_nd(picture.pixels, frame, /*value=*/-1);
    return picture;
  }

 private:
  std::unique_ptr<PictureSet> whole_;
  int64_t margin_;
};

class Unpaired final : public Dataset {
 public:
  Unpaired(Domains domains, View view, const DataConfig& config, const Task& task)
      : domains_(std::move(domains)),
        view_(view),
        crop_a_(domains_.first->view(view), config, task),
        crop_b_(domains_.second->view(view), config, task),
        is_swapped_(config.direction == "BtoA") {}

  int64_t size() const override {
    return std::max(domains_.first->size(), domains_.second->size());
  }

  int64_t count_a() const override {
    return (is_swapped_ ? domains_.second : domains_.first)->size();
  }
  int64_t count_b() const override {
    return (is_swapped_ ? domains_.first : domains_.second)->size();
  }

  Sample get(int64_t i, Random random) const override {
    const int64_t size_b = domains_.second->size();
    const int64_t j = view_ == View::kPlain ? i % size_b : random.integer(0, size_b - 1);
    const auto a = domains_.first->get(i % domains_.first->size());
    const auto b = domains_.second->get(j);
    Sample sample{crop_a_.draw(random)(a.pixels), crop_b_.draw(random)(b.pixels), a.name};
    sample.label_a = a.label;
    sample.label_b = b.label;
    if (is_swapped_) {
      std::swap(sample.a, sample.b);
      std::swap(sample.label_a, sample.label_b);
      sample.name = b.name;
    }
    return sample;
  }

 private:
  Domains domains_;
  View view_;
  Cropper crop_a_, crop_b_;
  bool is_swapped_;
};

/// The two classes of --classes as domains.
Domains open_classes(const fs::path& root, Split split, const DataConfig& config,
                     int64_t channels) {
  const auto comma = config.classes.find(',');
  require_usage(comma != std::string::npos, "--classes: got '", config.classes,
                "', expected two folder names with a comma between: daisy,roses");
  const auto open = [&](const std::string& name) {
    const bool is_split = fs::is_directory(root / split_name(split) / name);
    const auto folder = is_split ? root / split_name(split) / name : root / name;
    require(is_split || fs::is_directory(folder) || split == Split::kVal,
            "--classes: ", root.string(), " has no folder ", name, " for the split ",
            split_name(split));
    return is_split || split != Split::kVal ? open_pictures(folder, Split::kTrain, channels)
                                            : nullptr;
  };
  return {open(config.classes.substr(0, comma)), open(config.classes.substr(comma + 1))};
}

Domains open_domains(const fs::path& root, Split split, const DataConfig& config,
                     int64_t channels) {
  if (!config.classes.empty()) return open_classes(root, split, config, channels);
  if (config.derive_b != "none") {
    const std::shared_ptr<const PictureSet> whole = open_pictures(root, split, channels);
    if (!whole) return {};
    return {std::make_unique<Half>(whole, 0, ""),
            std::make_unique<Half>(whole, 1, config.derive_b)};
  }
  if (!config.data_b.empty()) {
    require(fs::is_directory(config.data_b), "--data-b: ", config.data_b, ": no such folder");
    return {open_pictures(root, split, channels), open_pictures(config.data_b, split, channels)};
  }
  const auto sides = side_folders(root, split);
  if (!sides) return {};
  return {open_pictures(sides->first, Split::kTrain, channels),
          open_pictures(sides->second, Split::kTrain, channels)};
}

}  // namespace

std::unique_ptr<Dataset> open_unpaired(const fs::path& root, Split split, View view,
                                       const DataConfig& config, const Task& task) {
  auto domains = open_domains(root, split, config, task.channels_a);
  if (!domains.first || !domains.second) return nullptr;
  const auto frame = [](std::unique_ptr<PictureSet>& pictures, int64_t margin) {
    if (margin > 0) pictures = std::make_unique<Framed>(std::move(pictures), margin);
  };
  frame(domains.first, config.margin_a);
  frame(domains.second, config.margin_b);
  return std::make_unique<Unpaired>(std::move(domains), view, config, task);
}

bool has_digits(const fs::path& root, const DataConfig& config) {
  return has_idx_files(root) || (!config.data_b.empty() && has_idx_files(config.data_b));
}

}  // namespace ganvas
