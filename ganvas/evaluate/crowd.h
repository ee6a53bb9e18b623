// Sets of images beside each other: whether those from noise are like those of the data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// The features of each image of a set, averaged over the image.
class FeatureSet {
 public:
  /// features: none keeps nothing
  explicit FeatureSet(Features features) : features_(std::move(features)) {}

  /// Returns the image's features before they are averaged, undefined where none are asked for.
  Tensor add(const Tensor& image);

  bool has_features() const { return features_ != nullptr; }
  int64_t size() const { return static_cast<int64_t>(vectors_.size()); }
  Tensor vectors() const;  // [N, D]

 private:
  Features features_;
  std::vector<Tensor> vectors_;
};

inline constexpr int64_t kFewestCompared = 20;  // images of each set, for all distances

/// What the distances of two sets are called.
struct DistanceNames {
  std::string frechet, kernel, deviation, precision, recall;
};

/// "fid", "kid", "kid_deviation", "inception_precision", "inception_recall" between head and tail.
DistanceNames inception_names(const std::string& head = "", const std::string& tail = "");

/// Adds figures of two sets, as metrics/distribution.h says: the Frechet distance, the kernel distance as the mean over
/// subsets and its deviation, precision and recall. Of fewer than 20 images the kernel distance of all alone, of fewer
/// than 2 nothing.
void append_distances(Figures& figures, const FeatureSet& made, const FeatureSet& real,
                      const DistanceNames& names);

/// What those figures are, for a protocol; empty without features.
///   kind: what is made of an image: "2048 features of Inception v3"
std::string distances_protocol(const FeatureSet& made, const FeatureSet& real,
                               const std::string& kind);

/// Of FID and KID.
inline constexpr auto kInceptionProtocol =
    "FID, KID: features of Inception v3, images rounded to 8 bits and resized to 299 x 299 linearly without "
    "antialiasing, as pytorch-fid does";

/// What is kept of a set of images to compare it with another.
class Crowd {
 public:
  explicit Crowd(const MeasureOptions& options)
      : features_(options.features), inception_(options.inception) {}

  /// Returns the image's features, undefined where none are asked for.
  Tensor add(const Tensor& image);

  double mean_edge() const { return edges_ / static_cast<double>(count_); }
  /// The geometric mean; nothing for images too small.
  std::optional<double> mean_grid() const;
  const FeatureSet& features() const { return features_; }
  const FeatureSet& inception() const { return inception_; }

 private:
  FeatureSet features_, inception_;
  std::vector<double> grids_;
  double edges_ = 0;
  int64_t count_ = 0;
};

/// Draws `count` images from noise, a hundred at a time, unless interrupted.
///   look: takes an image for each domain, [C, H, W] on the CPU
void draw_from_noise(Method& method, int64_t count,
                     const std::function<void(const std::vector<Tensor>&)>& look);

/// Adds the figures of images from noise, each name with `suffix` behind it:
///
///     sample_sharpness    mean edge_strength() over that of the data
///     sample_grid         grid_energy() over that of the data
///     sample_distance, sample_distance_deviation, sample_frechet, sample_precision, sample_recall
///                         append_distances()
///     sample_fid ...      append_distances() by Inception, of inception_names()
void append_crowd(Figures& figures, const Crowd& made, const Crowd& real,
                  const std::string& suffix = "");

/// What those figures are, for a protocol.
std::string crowd_protocol(int64_t samples, const Crowd& made, const Crowd& real);

/// An image from noise and the one of the data that features find most like it, for people to see that it
/// is no copy.
struct Neighbours {
  Tensor made, nearest;
};

/// The nearest by the cosine of the features of whole images, place by place, of all `count`.
///   made: [C, H, W] each;  image: one of the data by its number, of the same size
std::vector<Neighbours> nearest_images(const std::vector<Tensor>& made, int64_t count,
                                       const std::function<Tensor(int64_t)>& image,
                                       const Features& features);

}  // namespace ganvas
