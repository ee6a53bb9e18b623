// The figures of an image beside the one that was wanted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/evaluate/report.h"
#include "ganvas/metrics/fidelity.h"

namespace ganvas {

/// "l1", "psnr", "ssim", "sharpness", and "grid" and "features" where they were measured.
Figures figures_of(const Fidelity& fidelity);

}  // namespace ganvas
