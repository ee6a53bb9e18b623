// Points of the plane as a data set.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/points.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/sampling/table.h"

namespace ganvas {
namespace {

constexpr int64_t kDrawn = 100000;  // points of a source that could give any number of them

Sample as_sample(const LabelledPoint& point, int64_t number) {
  Sample sample{at::tensor({point.x, point.y}, at::kFloat).view({2, 1, 1}), {}, ""};
  sample.name = std::to_string(number);
  sample.label_a = point.label;
  return sample;
}

class Drawn final : public Dataset {
 public:
  Drawn(std::unique_ptr<PointSource> source, Split split, View view)
      : source_(std::move(source)), split_(split), view_(view) {}

  int64_t size() const override { return kDrawn; }
  Modes modes() const override { return source_->modes(); }

  Sample get(int64_t i, Random random) const override {
    Random own(/*seed=*/static_cast<uint64_t>(split_), /*stream=*/2, static_cast<uint64_t>(i));
    return as_sample(source_->draw(view_ == View::kPlain ? own : random), i);
  }

 private:
  std::unique_ptr<PointSource> source_;
  Split split_;
  View view_;
};

class Listed final : public Dataset {
 public:
  Listed(const std::vector<LabelledPoint>& all, Split split) {
    const auto border = all.begin() + static_cast<int64_t>(all.size() * 4 / 5);
    const bool is_train = split == Split::kTrain;
    points_ = {is_train ? all.begin() : border, is_train ? border : all.end()};
  }

  int64_t size() const override { return static_cast<int64_t>(points_.size()); }
  Sample get(int64_t i, Random) const override {
    return as_sample(points_[static_cast<size_t>(i)], i);
  }

 private:
  std::vector<LabelledPoint> points_;
};

std::vector<LabelledPoint> read_points(const fs::path& file) {
  const char* expected = "two numbers, x and y, or three, with a class from 0 on";
  std::vector<LabelledPoint> points;
  for (const auto& row : read_table(read_file(file), file.string(), 2, 3, expected)) {
    const double label = row.size() > 2 ? row[2] : static_cast<double>(kNoLabel);
    require_usage(row.size() == 2 || (label >= 0 && label == std::floor(label)), file.string(),
                  ": got a class ", label, ", expected ", expected);
    points.push_back({row[0], row[1], static_cast<int64_t>(label)});
  }
  constexpr size_t kLeast = 10;
  require(points.size() >= kLeast, file.string(), ": got ", points.size(),
          " points, expected at least ", kLeast);
  return points;
}

Tensor levels_of(const fs::path& image) {
  return ((to_tensor(read_image(image), /*channels=*/1) + 1) / 2)[0];
}

/// Null if `source` is neither a mixture's name, nor an image, nor a folder of them.
std::unique_ptr<PointSource> find_source(const fs::path& source) {
  if (auto mixture = find_mixture(source.string())) return mixture;
  if (is_folder(source)) {
    std::vector<Tensor> levels;
    for (const auto& file : image_files(source)) levels.push_back(levels_of(file));
    require(!levels.empty(), "--data: ", source.string(), ": has no images");
    return points_of_images(levels);
  }
  if (has_image_name(source)) return points_of_images({levels_of(source)});
  return nullptr;
}

}  // namespace

std::unique_ptr<Dataset> open_points(const DataRequest& request) {
  const auto& source = request.folder;
  const auto split = request.split;
  if (split == Split::kVal) return nullptr;
  if (auto points = find_source(source)) {
    return std::make_unique<Drawn>(std::move(points), split, request.view);
  }
  require(source.extension() == ".csv" || source.extension() == ".txt", "--data: got '",
          source.string(), "', expected one of ", c10::Join(", ", mixture_names()),
          ", a table of points (.csv, .txt), an image, or a folder of images",
          did_you_mean(source.string(), mixture_names()));
  return std::make_unique<Listed>(read_points(source), split);
}

Tensor first_points(const Dataset& data, int64_t count) {
  std::vector<Tensor> points;
  for (int64_t i = 0; i < std::min(count, data.size()); ++i) {
    points.push_back(data.get(i, Random(0)).a.flatten());
  }
  return at::stack(points);
}

}  // namespace ganvas
