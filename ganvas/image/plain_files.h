// Image files that are hardly more than their pixels: BMP, PNM, PFM.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "ganvas/image/image.h"

namespace ganvas {

/// Reads a Windows bitmap: 1, 4, 8, 16, 24 or 32 bits a pixel, palettes, bit fields, run lengths.
/// Alpha counts where the header gives it a mask.
///   Throws Error naming the path on what is damaged, cut off, too large or of another coding.
Image read_bmp(const std::filesystem::path& path);

/// Reads a portable any-map, P1 to P6 (values of up to 16 bits are spread over 8 or 16), and the
/// 16 bits of a float map, Pf and PF, whose values 0 to 1 are meant as shown.
///   Throws Error naming the path on what is damaged, cut off or too large, on several images in
///   one file, and on values of a float map outside 0 to 1.
Image read_pnm(const std::filesystem::path& path);

}  // namespace ganvas
