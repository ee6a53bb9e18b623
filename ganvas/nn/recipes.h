// Networks by what they are, not by how they are built.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/image_spec.h"
#include "ganvas/nn/network.h"

namespace ganvas {

enum class NormKind {
  kBatch,     // with scale and shift
  kInstance,  // without
  kNone,
  kBatchPlain,      // without scale and shift: CoGAN
  kInstanceAffine,  // with scale and shift: DualGAN
};

/// How a network doubles the sides of a map: by a transposed convolution, as in the papers, or by
/// repeating pixels before a convolution, which leaves no checkerboard; Odena et al.,
/// "Deconvolution and Checkerboard Artifacts", Distill 2016 (doi:10.23915/distill.00003).
enum class Upsampling { kTransposed, kNearest };

/// What all translators need to know.
struct TranslatorShape {
  int64_t channels_in = 3, channels_out = 3;
  int64_t width = 64;  // channels of the first layer
  NormKind norm = NormKind::kBatch;
  Upsampling upsampling = Upsampling::kTransposed;  // of a ResNet; a U-Net has transposed ones
};

/// Which decoder outputs of a U-Net drop half of their channels.
enum class Dropout {
  kNone,
  kPaper,  // the outputs of side 2, 4 and 8 (for 256 pixels in): the paper and its Lua code
  kTorch   // of side 4, 8 and 16: the PyTorch port, whose innermost block has none
};

/// The kernels of a U-Net: 4 with padding 1, or DualGAN's 5 at the two ends and 3 between, padded
/// as TensorFlow's SAME does.
enum class UNetKernels { kFour, kFiveAndThree };

/// How often `size` can be halved, at most 8 times.
int64_t halvings(int64_t size);

/// The U-Net generator of pix2pix, `levels` halvings deep; maps [N, C, H, W] to [N, C', H, W] in
/// [-1, 1], H and W multiples of 2^levels. nn/unet.cpp has the table of layers.
Network unet(const TranslatorShape& shape, int64_t levels, Dropout dropout,
             UNetKernels kernels = UNetKernels::kFour);

/// The ResNet generator of Johnson and of CycleGAN; maps [N, C, H, W] to [N, C', H, W] in [-1, 1],
/// H and W multiples of 4. nn/resnet.cpp has the table of layers.
Network resnet(const TranslatorShape& shape, int64_t blocks, Dropout dropout);

/// The part of a resnet() before its enlargement, on the same parameters: stages() gives what its two
/// halving layers and `blocks` residual blocks make, [N, 2w, H/2, W/2], [N, 4w, H/4, W/4], ...
///   Throws Error if the network is no resnet() of that many blocks.
Network resnet_encoder(const Network& generator, int64_t blocks);

/// A network on cells of kCellSide x kCellSide pixels; maps [N, C, H, W] to [N, C', H, W], unbounded,
/// H and W multiples of kCellSide. Norm and upsampling are passed over. nn/cells.cpp has the table.
inline constexpr int64_t kCellSide = 8;
Network cells(const TranslatorShape& shape, int64_t blocks);

/// What keeps the weights of a layer small: nothing, or spectral norm, which divides them by their
/// largest singular value; Miyato et al., ICLR 2018 (arXiv:1802.05957).
enum class WeightNorm { kNone, kSpectral };

/// How a layer halves the sides of a map: by a convolution of stride 2, or by a convolution and then
/// every second pixel of its blurred output, which tells no position from its neighbour; Zhang,
/// ICML 2019 (arXiv:1904.11486).
enum class Downsampling { kStrided, kBlurred };

/// What all discriminators need to know.
struct DiscriminatorShape {
  int64_t channels = 3;
  int64_t width = 64;  // channels of the first layer
  NormKind norm = NormKind::kNone;
  WeightNorm weight_norm = WeightNorm::kNone;
  Downsampling downsampling = Downsampling::kStrided;
};

/// The patch discriminator of pix2pix; maps [N, channels, H, W] to logits [N, 1, h, w].
///
///   layers: how many layers halve the image; 0 is the PixelGAN of 1 x 1 convolutions.
///           Receptive fields: 1, 16, 34, 70, 142, 286 pixels for 0 to 5 layers.
Network patch_discriminator(const DiscriminatorShape& shape, int64_t layers);

/// A U-Net that judges each pixel, with spectral norm; maps [N, channels, H, W] to logits
/// [N, 1, H, W], both sides 8 at least. Norm and downsampling are passed over.
/// nn/unet_discriminator.cpp has the table of layers.
Network unet_discriminator(const DiscriminatorShape& shape);

/// What a network that enlarges needs to know.
struct UpscalerShape {
  int64_t channels = 3;
  int64_t width = 64;   // channels of the layers
  int64_t blocks = 16;  // residual blocks
  int64_t scale = 4;    // 2, 3, 4 or 8
};

/// SRResNet, and a network without norm whose layers all have the input's size and which adds to
/// the bicubic enlargement; map [N, C, H, W] to [N, C, s H, s W]. nn/upscaler.cpp has the tables.
Network srresnet(const UpscalerShape& shape);
Network compact_upscaler(const UpscalerShape& shape);

/// How many pixels of the input around a pixel its enlargement by these networks depends on.
int64_t srresnet_reach(const UpscalerShape& shape);
int64_t compact_reach(const UpscalerShape& shape);

/// A generator by name: "unet64", "unet128", "unet256", "resnet6", "resnet9",
/// "cells9"; "auto", the deepest
/// U-Net (at most 8 halvings) that `size` admits; "resnet", 9 blocks, or 6 for up to 128 pixels.
struct GeneratorRecipe {
  std::string name;
  int64_t size_multiple;  // of both sides of its input
};
GeneratorRecipe generator_recipe(const std::string& name, FrameSize size);
Network make_generator(const GeneratorRecipe& recipe, const TranslatorShape& shape,
                       Dropout dropout);

}  // namespace ganvas
