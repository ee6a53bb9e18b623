// Points of the plane: named mixtures, and images as densities.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/points.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/sampling/density.h"

namespace ganvas {
namespace {

class Mixture final : public PointSource {
 public:
  Mixture(std::vector<std::pair<double, double>> centres, double deviation)
      : centres_(std::move(centres)), deviation_(deviation) {}

  LabelledPoint draw(Random& random) const override {
    const int64_t k = random.integer(0, static_cast<int64_t>(centres_.size()) - 1);
    const auto [dx, dy] = random.normals();
    const auto& [x, y] = centres_[static_cast<size_t>(k)];
    return {x + deviation_ * dx, y + deviation_ * dy, k};
  }

  Modes modes() const override {
    std::vector<double> numbers;
    for (const auto& [x, y] : centres_) {
      numbers.push_back(x);
      numbers.push_back(y);
    }
    return {at::tensor(numbers, at::kDouble).view({-1, 2}), deviation_};
  }

 private:
  std::vector<std::pair<double, double>> centres_;
  double deviation_;
};

class SwissRoll final : public PointSource {
 public:
  LabelledPoint draw(Random& random) const override {
    constexpr double kNoise = 0.25, kScale = 7.5;
    const double t = 1.5 * M_PI * (1 + 2 * random.uniform());
    const auto [dx, dy] = random.normals();
    return {(t * std::cos(t) + kNoise * dx) / kScale, (t * std::sin(t) + kNoise * dy) / kScale, 0};
  }
};

class ImageDensities final : public PointSource {
 public:
  explicit ImageDensities(const std::vector<Tensor>& levels) {
    double sum = 0;
    for (const auto& image : levels) {
      densities_.emplace_back(image);
      sum += image.to(at::kDouble).sum().item<double>();
      masses_.push_back(sum);
    }
  }

  LabelledPoint draw(Random& random) const override {
    const double mass = random.uniform() * masses_.back();
    const auto k = std::upper_bound(masses_.begin(), masses_.end(), mass) - masses_.begin();
    const auto [x, y] = densities_[static_cast<size_t>(k)].draw(random);
    return {x, y, k};
  }

 private:
  std::vector<PlaneDensity> densities_;
  std::vector<double> masses_;  // of the images up to each
};

std::unique_ptr<PointSource> ring() {
  constexpr int kCount = 8;
  constexpr double kScale = 1.414;
  std::vector<std::pair<double, double>> centres;
  for (int k = 0; k < kCount; ++k) {
    const double angle = 2 * M_PI * k / kCount;
    centres.emplace_back(2 * std::cos(angle) / kScale, 2 * std::sin(angle) / kScale);
  }
  return std::make_unique<Mixture>(std::move(centres), 0.02 / kScale);
}

std::unique_ptr<PointSource> grid() {
  constexpr double kScale = 2.828;
  std::vector<std::pair<double, double>> centres;
  for (int x = -4; x <= 4; x += 2) {
    for (int y = -4; y <= 4; y += 2) centres.emplace_back(x / kScale, y / kScale);
  }
  return std::make_unique<Mixture>(std::move(centres), 0.05 / kScale);
}

}  // namespace

std::vector<std::string> mixture_names() {
  return {"8-ring", "25-grid", "swiss-roll"};
}

std::unique_ptr<PointSource> find_mixture(const std::string& name) {
  if (name == "8-ring") return ring();
  if (name == "25-grid") return grid();
  if (name == "swiss-roll") return std::make_unique<SwissRoll>();
  return nullptr;
}

std::unique_ptr<PointSource> points_of_images(const std::vector<Tensor>& levels) {
  return std::make_unique<ImageDensities>(levels);
}

}  // namespace ganvas
