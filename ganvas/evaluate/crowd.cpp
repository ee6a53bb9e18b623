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

constexpr int64_t kUnbiasedFrom = 2048;  // about what a Frechet distance needs
constexpr int64_t kSubsets = 100;

/// Images of each set in a subset: 1000, or a half of the smaller set.
int64_t subset_of(int64_t fewer) {
  constexpr int64_t kMostInSubset = 1000;
  return std::min(kMostInSubset, fewer / 2);
}

/// Kernel distances of subsets.
Tensor distances_of_subsets(const Tensor& x, const Tensor& y) {
  const auto subset = subset_of(std::min(x.size(0), y.size(0)));
  return at::tensor(kernel_distances(x, y, kSubsets, subset, /*seed=*/0), at::kDouble);
}

/// What to know of Frechet distances of few images; empty of many.
std::string warning_of(int64_t fewer) {
  if (fewer >= kUnbiasedFrom) return "";
  return c10::str("; under ", kUnbiasedFrom,
                  " images a Frechet distance is too large, the more so the fewer: compare it at "
                  "equal numbers only, and go by the kernel distance");
}

}  // namespace

Tensor FeatureSet::add(const Tensor& image) {
  if (!features_) return {};
  auto seen = features_(image);
  vectors_.push_back(seen.to(at::kFloat).mean({2, 3}));
  return seen;
}

Tensor FeatureSet::vectors() const {
  return at::cat(vectors_);
}

DistanceNames inception_names(const std::string& head, const std::string& tail) {
  const auto name = [&](const char* middle) { return head + middle + tail; };
  return {name("fid"), name("kid"), name("kid_deviation"), name("inception_precision"),
          name("inception_recall")};
}

void append_distances(Figures& figures, const FeatureSet& made, const FeatureSet& real,
                      const DistanceNames& names) {
  const auto fewer = std::min(made.size(), real.size());
  if (fewer < 2) return;
  const auto x = made.vectors(), y = real.vectors();
  if (fewer < kFewestCompared) {
    figures.push_back({names.kernel, kernel_distance(x, y), "squared distance", 5});
    return;
  }
  figures.push_back({names.frechet, frechet_distance(x, y), "squared distance"});
  const auto distances = distances_of_subsets(x, y);
  figures.push_back({names.kernel, distances.mean().item<double>(), "squared distance", 5});
  figures.push_back({names.deviation, distances.std().item<double>(), "of subsets", 5});
  const auto [precision, recall] = precision_and_recall(x, y);
  figures.push_back({names.precision, precision, "of all"});
  figures.push_back({names.recall, recall, "of the data"});
}

std::string distances_protocol(const FeatureSet& made, const FeatureSet& real,
                               const std::string& kind) {
  if (!made.has_features()) return "";
  if (std::min(made.size(), real.size()) < 2) {
    return c10::str("; no distances of ", made.size(), " images against ", real.size(),
                    ", which want at least 2 of each");
  }
  const auto fewer = std::min(made.size(), real.size());
  const auto counts = c10::str(" of ", made.size(), " images against ", real.size());
  if (fewer < kFewestCompared) {
    return c10::str("; ", kind, "; distances", counts,
                    ": the kernel distance alone, others want at least ", kFewestCompared,
                    " of each");
  }
  return c10::str(
      "; ", kind, "; distances", counts, ", kernel distance as the mean over ", kSubsets,
      " subsets of ", subset_of(fewer),
      " images (where sets are alike it may be below 0), precision and recall with 3 neighbours",
      warning_of(fewer));
}

Tensor Crowd::add(const Tensor& image) {
  edges_ += edge_strength(image);
  if (const auto grid = grid_energy(image)) grids_.push_back(*grid);
  ++count_;
  inception_.add(image);
  return features_.add(image);
}

std::optional<double> Crowd::mean_grid() const {
  return geometric_mean(grids_);
}

void append_crowd(Figures& figures, const Crowd& made, const Crowd& real,
                  const std::string& suffix) {
  constexpr auto kOfData = "of the data's";
  figures.push_back({"sample_sharpness" + suffix, made.mean_edge() / real.mean_edge(), kOfData});
  const auto grid = made.mean_grid(), grid_of_data = real.mean_grid();
  if (grid && grid_of_data) {
    figures.push_back({"sample_grid" + suffix, *grid / *grid_of_data, kOfData});
  }
  append_distances(
      figures, made.features(), real.features(),
      {"sample_frechet" + suffix, "sample_distance" + suffix, "sample_distance_deviation" + suffix,
       "sample_precision" + suffix, "sample_recall" + suffix});
  append_distances(figures, made.inception(), real.inception(), inception_names("sample_", suffix));
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

std::string crowd_protocol(int64_t samples, const Crowd& made, const Crowd& real) {
  auto text = c10::str(samples,
                       " images from noise: their mean gradient magnitude of luma over that of "
                       "the data");
  if (made.mean_grid()) {
    text +=
        "; their power at periods of 2, 4 and 8 pixels over that beside them, over the same of the "
        "data";
  }
  text += distances_protocol(made.features(), real.features(),
                             "features averaged over an image, not Inception's, so not the FID and "
                             "KID of papers");
  text += distances_protocol(made.inception(), real.inception(), kInceptionProtocol);
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
