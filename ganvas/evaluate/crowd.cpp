// Sets of images beside each other.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/crowd.h"

#include <algorithm>

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/interrupt.h"
#include "ganvas/metrics/distribution.h"
#include "ganvas/metrics/fidelity.h"
#include "ganvas/metrics/grid.h"

namespace ganvas {

namespace {

constexpr int64_t kFewestCompared = 20;  // images, for figures of whole sets
constexpr int64_t kUnbiasedFrom = 2048;  // about what a Frechet distance needs
constexpr int64_t kSubsets = 50;

/// The standard deviation of kernel distances of subsets, of a half of the smaller set or 1000 images each.
double deviation_of_subsets(const Tensor& x, const Tensor& y) {
  constexpr int64_t kMostInSubset = 1000;
  const auto subset = std::min(kMostInSubset, std::min(x.size(0), y.size(0)) / 2);
  const auto distances = kernel_distances(x, y, kSubsets, subset, /*seed=*/0);
  return at::tensor(distances, at::kDouble).std().item<double>();
}

}  // namespace

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
  if (!made.has_features()) return;
  const auto x = made.vectors(), y = real.vectors();
  figures.push_back({"sample_distance" + suffix, kernel_distance(x, y), "squared distance"});
  const auto fewer = std::min(x.size(0), y.size(0));
  if (fewer < kFewestCompared) return;
  figures.push_back(
      {"sample_distance_deviation" + suffix, deviation_of_subsets(x, y), "of subsets"});
  figures.push_back({"sample_frechet" + suffix, frechet_distance(x, y), "squared distance"});
  const auto [precision, recall] = precision_and_recall(x, y);
  figures.push_back({"sample_precision" + suffix, precision, "of all"});
  figures.push_back({"sample_recall" + suffix, recall, "of the data"});
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
  if (!made.has_features()) return text;
  text += c10::str(
      "; of features averaged over an image: kernel distance and its deviation over ", kSubsets,
      " subsets, Frechet distance, precision and recall with 3 neighbours; not Inception's features, so not the "
      "FID and KID of papers");
  if (samples < kUnbiasedFrom) {
    text += c10::str("; under ", kUnbiasedFrom,
                     " images a Frechet distance is too large: go by the kernel distance");
  }
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
