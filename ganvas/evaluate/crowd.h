// Sets of images beside each other: whether those from noise are like those of the data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// What is kept of a set of images to compare it with another.
class Crowd {
 public:
  /// features: none leaves distances out
  explicit Crowd(Features features) : features_(std::move(features)) {}

  /// Returns the image's features, undefined where none are asked for.
  Tensor add(const Tensor& image);

  double mean_edge() const { return edges_ / static_cast<double>(count_); }
  /// The geometric mean; nothing for images too small.
  std::optional<double> mean_grid() const;
  Tensor vectors() const;
  bool has_features() const { return features_ != nullptr; }

 private:
  Features features_;
  std::vector<Tensor> vectors_;
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
///     sample_distance     kernel_distance() of features, averaged over the image, from those of the data
///     sample_distance_deviation, sample_frechet, sample_precision, sample_recall
///                         likewise, as metrics/distribution.h says; not of fewer than 20 images
void append_crowd(Figures& figures, const Crowd& made, const Crowd& real,
                  const std::string& suffix = "");

/// What those figures are, for a protocol.
std::string crowd_protocol(int64_t samples, const Crowd& made);

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
