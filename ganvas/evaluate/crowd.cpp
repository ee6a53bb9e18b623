// Sets of images beside each other.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/crowd.h"

#include <algorithm>

#include <ATen/ops/cat.h>

#include "ganvas/core/interrupt.h"
#include "ganvas/metrics/distribution.h"
#include "ganvas/metrics/fidelity.h"
#include "ganvas/metrics/grid.h"

namespace ganvas {

Tensor Crowd::add(const Tensor& image) {
  edges_ += edge_strength(image);
  if (const auto grid = grid_energy(image)) grids_.push_back(*grid);
  ++count_;
  if (!features_) return {};
  auto seen = features_(image);
  vectors_.push_back(seen.to(at::kFloat).mean({2, 3}));
  return seen;
}

std::optional<double> Crowd::mean_grid() const {
  return geometric_mean(grids_);
}

Tensor Crowd::vectors() const {
  return at::cat(vectors_);
}

void append_crowd(Figures& figures, const Crowd& made, const Crowd& real,
                  const std::string& suffix) {
  constexpr auto kOfData = "of the data's";
  figures.push_back({"sample_sharpness" + suffix, made.mean_edge() / real.mean_edge(), kOfData});
  const auto grid = made.mean_grid(), grid_of_data = real.mean_grid();
  if (grid && grid_of_data) {
    figures.push_back({"sample_grid" + suffix, *grid / *grid_of_data, kOfData});
  }
  if (made.has_features()) {
    figures.push_back({"sample_distance" + suffix, kernel_distance(made.vectors(), real.vectors()),
                       "squared distance"});
  }
}

void draw_from_noise(Method& method, int64_t count,
                     const std::function<void(const std::vector<Tensor>&)>& look) {
  constexpr int64_t kAtOnce = 100;
  for (int64_t first = 0; first < count && !interrupted(); first += kAtOnce) {
    auto domains = method.sample(std::min(kAtOnce, count - first));
    for (auto& domain : domains) domain = domain.cpu();
    for (int64_t i = 0; i < domains[0].size(0); ++i) {
      std::vector<Tensor> images;
      for (const auto& domain : domains) images.push_back(domain[i]);
      look(images);
    }
  }
}

std::string crowd_protocol(int64_t samples, const Crowd& made) {
  auto text = c10::str(samples,
                       " images from noise: their mean gradient magnitude of luma over that of "
                       "the data");
  if (made.mean_grid()) {
    text +=
        "; their power at periods of 2, 4 and 8 pixels over that beside them, over the same of the "
        "data";
  }
  if (made.has_features()) text += "; kernel distance of features averaged over an image";
  return text;
}

std::vector<Neighbours> nearest_images(const std::vector<Tensor>& made, int64_t count,
                                       const std::function<Tensor(int64_t)>& image,
                                       const Features& features) {
  constexpr double kLeastLength = 1e-12;
  const auto direction = [&](const Tensor& shown) {
    const auto seen = features(shown).to(at::kFloat).flatten();
    return seen / seen.norm().clamp_min(kLeastLength);
  };
  std::vector<Neighbours> all;
  std::vector<Tensor> directions;
  std::vector<double> best(made.size(), -2);
  for (const auto& one : made) {
    all.push_back({one, {}});
    directions.push_back(direction(one));
  }
  for (int64_t i = 0; i < count && !interrupted(); ++i) {
    const auto candidate = image(i);
    const auto towards = direction(candidate);
    for (size_t k = 0; k < made.size(); ++k) {
      const double likeness = directions[k].dot(towards).item<double>();
      if (likeness <= best[k]) continue;
      best[k] = likeness;
      all[k].nearest = candidate;
    }
  }
  return all;
}

}  // namespace ganvas
