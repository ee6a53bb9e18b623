// The knobs of likeness by the features of frozen networks, and that likeness.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/methods/method.h"

namespace ganvas {

/// Which networks look, and how far apart what they see is.
struct ContentConfig {
  std::string networks = "none";  // or "pixels": those of the images themselves, MSE
  std::string layers = "auto";
  std::string distance = "squared";
  std::string weights = "none";
  double weight = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("content", networks,
      "what a result is to share with its target: none; pixels (their squared difference); or "
      "the "
      "features of vgg19 (SRGAN's), mobilenet and squeezenet, with commas between");
    v("content-layer", layers,
      "layers of the features, with commas between, and / between networks; auto is relu5_4 of "
      "vgg19 "
      "(SRGAN's VGG54), pw5 of mobilenet, conv1,fire3,fire5,fire7 of squeezenet");
    v("content-distance", distance,
      "of features: their squared difference, or that of features made as long as 1",
      Choices{"squared", "unit"});
    v("content-weights", weights,
      "files of the networks, with commas between: torchvision's vgg19 (.pth, or safetensors with "
      "its "
      "names), mobilenet-v1-025.safetensors and squeezenet-v1.0.safetensors of weights/, mobilenet "
      "also "
      "as a folder with model.json");
    v("content-weight", weight, "weight of the content loss; 0.006 for vgg19 in SRGAN's paper",
      Range{0, 1e6});
  }

  bool is_of_features() const { return networks != "none" && networks != "pixels"; }
};

/// The distance of images by what frozen networks see in them. A handle, like Network.
class Content {
 public:
  Content() = default;

  /// Throws UsageError on networks, layers and files that do not go together, and on images without
  /// colour.
  Content(const ContentConfig& config, int64_t channels);

  /// What the method has to freeze.
  const std::vector<Pretrained>& pretrained() const { return pretrained_; }

  /// Adds the term "content", or "pixels": a weighted sum over networks and their layers.
  ///
  ///   made, target: [N, C, H, W] in [-1, 1], of 3 channels for features; target is a constant
  void add_term(Losses& losses, const Tensor& made, const Tensor& target) const;

 private:
  Tensor feature_distance(const Tensor& made, const Tensor& target) const;

  ContentConfig config_;
  std::vector<Pretrained> pretrained_;
};

}  // namespace ganvas
