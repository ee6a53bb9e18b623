// Two domains whose images need not belong together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/domains.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/max_pool2d.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"
#include "ganvas/data/squares.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

using TwoSets = std::pair<std::unique_ptr<ImageSet>, std::unique_ptr<ImageSet>>;

/// Every second image of a set, passed through derive_image() if a kind is given.
class Half final : public ImageSet {
 public:
  Half(std::shared_ptr<const ImageSet> whole, int64_t first, Derived kind)
      : whole_(std::move(whole)), first_(first), kind_(kind) {}

  int64_t size() const override { return (whole_->size() - first_ + 1) / 2; }
  View view(View asked) const override { return whole_->view(asked); }
  DomainImage get(int64_t i, int64_t least_side) const override {
    auto image = whole_->get(2 * i + first_, kind_ == Derived::kNone ? least_side : kOwnSize);
    if (kind_ == Derived::kNone) return image;
    const auto derived = derive_image(kind_, dequantise(image.pixels));
    image.pixels = image.pixels.is_floating_point() ? derived : quantise(derived);
    return image;
  }
  std::string mark() const override { return whole_->mark(); }
  FrameSize frame_size(int64_t i) const override { return whole_->frame_size(2 * i + first_); }

 private:
  std::shared_ptr<const ImageSet> whole_;
  int64_t first_;
  Derived kind_;
};

/// A set with a black frame around each image.
class Framed final : public ImageSet {
 public:
  Framed(std::unique_ptr<ImageSet> whole, int64_t margin)
      : whole_(std::move(whole)), margin_(margin) {}

  int64_t size() const override { return whole_->size(); }
  View view(View asked) const override { return whole_->view(asked); }
  DomainImage get(int64_t i, int64_t) const override {
    auto image = whole_->get(i, kOwnSize);  // the frame is in pixels of the file
    const std::vector<int64_t> frame(4, margin_);
    const int black = image.pixels.is_floating_point() ? -1 : 0;
    image.pixels = at::constant_pad_nd(image.pixels, frame, black);
    return image;
  }
  std::string mark() const override { return whole_->mark(); }
  FrameSize frame_size(int64_t i) const override {
    const auto size = whole_->frame_size(i);
    return {size.width + 2 * margin_, size.height + 2 * margin_};
  }

 private:
  std::unique_ptr<ImageSet> whole_;
  int64_t margin_;
};

class Domains final : public Dataset {
 public:
  Domains(TwoSets sets, const DataRequest& request, const DomainsConfig& config)
      : a_(std::move(sets.first), request.view, config.squares, request.spec),
        b_(std::move(sets.second), request.view, config.squares, request.spec),
        view_(request.view),
        is_swapped_(config.direction == Direction::kBtoA) {}

  int64_t size() const override { return std::max(a_.size(), b_.size()); }
  int64_t count_a() const override { return (is_swapped_ ? b_ : a_).size(); }
  int64_t count_b() const override { return (is_swapped_ ? a_ : b_).size(); }

  std::string mark() const override { return a_.mark() + b_.mark(); }
  std::string fitting() const override {
    const auto a = (is_swapped_ ? b_ : a_).fitting(), b = (is_swapped_ ? a_ : b_).fitting();
    return a == b ? a : "domain a: " + a + "; b: " + b;
  }

  Sample get(int64_t i, Random random) const override {
    const int64_t j = view_ == View::kPlain ? i % b_.size() : random.integer(0, b_.size() - 1);
    const auto a = a_.draw(i % a_.size(), random), b = b_.draw(j, random);
    Sample sample{a.pixels, b.pixels, a.name};
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
  Squares a_, b_;
  View view_;
  bool is_swapped_;
};

/// The two classes of --classes as domains.
TwoSets open_classes(const DataRequest& request, const std::string& classes) {
  const auto& [root, split, view, spec, fallback] = request;
  const auto comma = classes.find(',');
  require_usage(comma != std::string::npos, "--classes: got '", classes,
                "', expected two folder names with a comma between: daisy,roses");
  const auto open = [&](const std::string& name) {
    const bool is_split = is_folder(root / split_name(split) / name);
    const auto folder = is_split ? root / split_name(split) / name : root / name;
    require(is_split || is_folder(folder) || split == Split::kVal, "--classes: ", root.string(),
            " has no folder ", name, " for the split ", split_name(split));
    return is_split || split != Split::kVal ? open_image_set(folder, Split::kTrain, spec.channels_a)
                                            : nullptr;
  };
  return {open(classes.substr(0, comma)), open(classes.substr(comma + 1))};
}

TwoSets open_sets(const DataRequest& request, const DomainsConfig& config) {
  const auto& root = request.folder;
  const auto split = request.split;
  const int64_t channels = request.spec.channels_a;
  if (!config.classes.empty()) return open_classes(request, config.classes);
  if (config.derive_b != Derived::kNone) {
    const std::shared_ptr<const ImageSet> whole = open_image_set(root, split, channels);
    if (!whole) return {};
    return {std::make_unique<Half>(whole, 0, Derived::kNone),
            std::make_unique<Half>(whole, 1, config.derive_b)};
  }
  if (!config.data_b.empty()) {
    require(is_folder(config.data_b) || is_list(config.data_b), "--data-b: ", config.data_b,
            ": no such folder");
    return {open_image_set(root, split, channels), open_image_set(config.data_b, split, channels)};
  }
  const auto sides = side_folders(root, split);
  if (!sides) return {};
  return {open_image_set(sides->first, Split::kTrain, channels),
          open_image_set(sides->second, Split::kTrain, channels)};
}

}  // namespace

std::unique_ptr<Dataset> open_domains(const DataRequest& request, const DomainsConfig& config) {
  auto sets = open_sets(request, config);
  if (!sets.first || !sets.second) return nullptr;
  const auto frame = [](std::unique_ptr<ImageSet>& images, int64_t margin) {
    if (margin > 0) images = std::make_unique<Framed>(std::move(images), margin);
  };
  frame(sets.first, config.margin_a);
  frame(sets.second, config.margin_b);
  return std::make_unique<Domains>(std::move(sets), request, config);
}

Tensor derive_image(Derived kind, const Tensor& image) {
  if (kind == Derived::kNegative) return -image;
  require(kind == Derived::kEdges,
          "derive_image: got nothing to derive, expected edges or a negative");
  const std::vector<int64_t> kernel = {3, 3}, stride = {1, 1}, padding = {1, 1};
  const auto dilated = at::max_pool2d(image.unsqueeze(0), kernel, stride, padding)[0];
  return dilated - image - 1;  // a difference of levels in [0, 2] -> [-1, 1]
}

bool has_digits(const fs::path& root, const DomainsConfig& config) {
  return has_idx_files(root) || (!config.data_b.empty() && has_idx_files(config.data_b));
}

}  // namespace ganvas
