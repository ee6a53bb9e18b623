// The figures of an image beside the one that was wanted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"
#include "ganvas/metrics/fidelity.h"

namespace ganvas {

/// "l1", "psnr", "ssim", "sharpness", and "grid", "features" and perceptual distances where they were
/// measured.
Figures figures_of(const Fidelity& fidelity);

/// Adds the perceptual distances that are asked for, of whole images.
void measure_perceptual(Fidelity& fidelity, const Tensor& made, const Tensor& target,
                        const MeasureOptions& options);

/// What those are, for a protocol; empty if none are asked for.
std::string perceptual_protocol(const MeasureOptions& options);

}  // namespace ganvas
