// Between pixels and numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// The colours of an image as numbers; alpha is left out.
///
///   channels: 1 gives luma (BT.601: 0.299 R + 0.587 G + 0.114 B), 3 gives RGB, grey repeated
///   returns:  [channels, H, W] float in [-1, 1], 8 bit as x / 127.5 - 1, 16 bit as x / 32767.5 - 1
Tensor to_tensor(const Image& image, int64_t channels);

/// The colours of an image for keeping: of 8 bits its levels, as much memory as its file's pixels;
/// of 16 bits the numbers of to_tensor(), which lose nothing.
///
///   channels: as above;  returns [channels, H, W] uint8, or float in [-1, 1]
Tensor levels_of(const Image& image, int64_t channels);

/// Between numbers in [-1, 1] and their nearest levels of 8 bits, uint8, of any shape. Numbers need
/// no dequantising: they come back, contiguous.
Tensor quantise(const Tensor& numbers);
Tensor dequantise(const Tensor& levels);

/// Numbers as an image, rounded to the nearest level; what is outside [-1, 1] is clamped.
///
///   tensor: [1 or 3, H, W] float, the inverse of to_tensor()
///   Throws Error on another number of channels.
Image to_image(const Tensor& tensor, int64_t bits = 8);

/// `image` with new colours: its bits, alpha and metadata stay, and grey stays grey.
///
///   colors: [1 or 3, H, W] float in [-1, 1], H and W those of `image`
Image with_colors(const Image& image, const Tensor& colors);

/// A rectangle of an image, without metadata.
Image cut(const Image& image, int64_t left, int64_t top, int64_t width, int64_t height);

/// Puts a part at a place of an image of equal channels and bits: the inverse of cut().
void paste(const Image& part, Image& image, int64_t left, int64_t top);

/// The opacity of an image with alpha: [1, H, W] float in [-1, 1].
Tensor alpha_of(const Image& image);

/// `image` with a new opacity. alpha: as above, H and W those of `image`
Image with_alpha(const Image& image, const Tensor& alpha);

/// The numbers after rounding to 8 bits: what metrics compare, since it is what people see.
Tensor round_to_levels(const Tensor& tensor);

}  // namespace ganvas
