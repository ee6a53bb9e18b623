// How faithful an image is to the one it should be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The figures of one image. Protocol: RGB, rounded to 8 bits, full range 0..255, no border cut.
struct Fidelity {
  double l1 = 0;                    // mean absolute difference, in levels of 255
  double psnr = 0;                  // dB, peak 255; 100 where the images are equal
  double ssim = 0;                  // Wang et al. 2004: Gaussian 11 x 11, sigma 1.5, valid windows
  double sharpness = 0;             // mean gradient magnitude of luma over that of the target
  std::optional<double> grid = {};  // grid_energy() over that of the target; not with a mask
  std::optional<double> features = {};  // a feature_distance(), where one was measured
  std::map<std::string, double> perceptual =
      {};  // "lpips_alex", "dists": metrics/perceptual.h, likewise
};

/// Text for people and files: what Fidelity's figures mean.
inline constexpr auto kFidelityProtocol =
    "RGB rounded to 8 bits, range 0..255, no border cut, means over images; PSNR with peak 255; "
    "SSIM with an 11 x 11 Gaussian window of sigma 1.5, valid windows only, mean over channels; "
    "sharpness is the mean gradient magnitude of luma divided by the target's; grid is the power "
    "at periods of 2, 4 and 8 pixels over that beside them, divided by the target's, of whole "
    "images";

/// Compares two images, everywhere or inside a region.
///
///   made, target: [C, H, W] float in [-1, 1], C 1 or 3
///   mask:         [1, H, W], over 0.5 where to look; undefined looks everywhere. SSIM then is the
///                 mean over windows whose centre lies inside, sharpness over pixels inside.
///   Throws Error if the shapes differ, or the mask is empty.
Fidelity compare(const Tensor& made, const Tensor& target, const Tensor& mask = {});

/// Compares the luma of two images as super-resolution does: in levels of BT.601 (16 to 235, not
/// rounded, of images rounded to 8 bits), without `border` pixels at each side. Grey images are
/// compared as they are. Arguments and errors as above.
Fidelity compare_luma(const Tensor& made, const Tensor& target, int64_t border);

/// The mean gradient magnitude of an image's luma, in levels of 255: what sharpness is made of.
///   image: [C, H, W] float in [-1, 1], C 1 or 3
double edge_strength(const Tensor& image);

/// Text for people and files: what compare_luma() measures.
inline constexpr auto kLumaProtocol =
    "luma of BT.601 (16 to 235, not rounded) of images rounded to 8 bits, as many border pixels "
    "cut as the scale, means over images; PSNR with peak 255; SSIM with an 11 x 11 Gaussian "
    "window of sigma 1.5, valid windows only; sharpness is the mean gradient magnitude divided by "
    "the target's; grid is the power at periods of 2, 4 and 8 pixels over that beside them, "
    "divided "
    "by the target's, of whole images";

/// How far apart the features of two images are:
///
///     mean over places of || f / |f| - g / |g| ||^2
///
/// The distance of Zhang et al., CVPR 2018 (arXiv:1801.03924), Eq. 1, for one layer and without its
/// learned weights: 0 for equal images, at most 4.
///
///   f, g: [N, C, h, w], the features of a network's layer
double feature_distance(const Tensor& f, const Tensor& g);

/// The mean of figures, the geometric one of grids; zeros for none.
Fidelity mean_of(const std::vector<Fidelity>& figures);

}  // namespace ganvas
