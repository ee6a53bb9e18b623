// What a model of one set of images is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// Measures what the method can do:
///
///     l1, psnr, ssim, sharpness, grid, features   of what comes back of each image, beside the image:
///                                           those of Fidelity
///     sample_...                            of images from noise: those of append_crowd()
///
/// Every image of `data` counts once, up to what the options limit. The sheet shows images beside what comes
/// back, and those from noise. Stops early when interrupted.
///   Throws UsageError if the method neither translates nor samples.
Report measure_images(const Model& model, const Dataset& data, const MeasureOptions& options);

}  // namespace ganvas
