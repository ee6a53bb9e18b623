// How a model is measured: how much of the data, and by what.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/inference/model.h"

namespace ganvas {

/// What a feature network sees in an image: [C, H, W] -> [1, D, h, w].
using Features = std::function<Tensor(const Tensor& image)>;

/// The features at a layer of a network of nn/features.h ("mobilenet", "pw3") whose weights are read
/// from its file.
///   Throws UsageError on an unknown network or layer, Error on a file that does not hold it.
Features features_of(const std::string& network, const std::string& layer, const std::string& file);

/// How far apart two images of one size are to people.
struct PerceptualDistance {
  std::string name;      // of its figure: "lpips_alex", "dists"
  std::string protocol;  // what it is, in words
  std::function<double(const Tensor& made, const Tensor& target)> between;  // [3, H, W] in [-1, 1]
};

/// LPIPS v0.1 and DISTS from files of their weights, separated by commas (families/perceptual.h). Images are rounded
/// to 8 bits and seen at their own size; grey ones as three equal channels.
///   Throws Error naming a file and what is missing.
PerceptualDistance lpips_of(const std::string& files);
PerceptualDistance dists_of(const std::string& files);

/// What Inception v3 makes of a whole image, for FID and KID: [1, 2048, 1, 1], from pytorch-fid's file. The image is
/// rounded to 8 bits and resized to 299 x 299, linearly and without antialiasing, as that program does.
///   Throws Error naming the file and what it is instead.
Features inception_of(const std::string& file);

inline constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

struct MeasureOptions {
  int64_t most_translated = kAll;  // images of each domain
  int64_t most_classified = kAll;
  int64_t samples = 1000;                           // from noise, of each domain
  Features features = nullptr;                      // none leaves distances of features out
  std::string features_name = {};                   // "pw3 of mobilenet", for the protocol
  std::vector<PerceptualDistance> perceptual = {};  // of pairs and of what comes back of images
  Features inception = nullptr;                     // none leaves FID and KID out
  const Model* judge = nullptr;  // a trained classifier of the two domains, or none

  int64_t sheet_rows = 0;     // of Report::sheet; 0 makes none
  int64_t sheet_side = kAll;  // its images are cut to this, pixels
  int64_t comparisons = 0;    // how many images Report::comparisons shows
  int64_t kept_samples = 0;   // how many Report::made keeps

  /// Called after each image.
  std::function<void(int64_t done, int64_t all)> on_image = [](int64_t, int64_t) {};
};

}  // namespace ganvas
