// A convolution with spectral norm.
// SPDX-License-Identifier: Apache-2.0

#include <ATen/ops/addcmul.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/randn.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

constexpr double kLeastLength = 1e-12;

Tensor unit(const Tensor& vector) {
  return vector / vector.norm().clamp_min(kLeastLength);
}

}  // namespace

SpectralConv::SpectralConv(const ConvShape& shape, bool has_bias)
    : conv_(register_module("conv", std::make_shared<Conv>(shape, /*has_bias=*/false))),
      weight_(conv_->weight()) {
  if (has_bias) bias_ = register_parameter("bias", at::zeros({shape.out}));
  left_ = register_buffer("left", unit(at::randn({shape.out})));
  right_ = register_buffer("right", unit(at::randn({weight_[0].numel()})));
}

// conv(x, W / s) = conv(x, W) / s: the kernels see the weights themselves, which keep their place.
Tensor SpectralConv::forward(const Tensor& input) {
  const auto y = conv_->forward(input);
  const auto scale = largest_singular_value().reciprocal().to(y.scalar_type());
  if (!bias_.defined()) return y * scale;
  return at::addcmul(bias_.to(y.scalar_type()).view({1, -1, 1, 1}), y, scale);
}

Tensor SpectralConv::largest_singular_value() {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto matrix = weight_.flatten(1);
  if (mode() == Mode::kTrain) {
    const c10::NoGradGuard no_gradients;
    right_.copy_(unit(at::mv(matrix.t(), left_)));
    left_.copy_(unit(at::mv(matrix, right_)));
  }
  // Copies, since the next pass moves the vectors before this one's gradient is taken.
  return left_.clone().dot(at::mv(matrix, right_.clone()));
}

std::shared_ptr<Module> make_conv(const ConvShape& shape, bool has_bias, WeightNorm norm) {
  if (norm == WeightNorm::kSpectral) return std::make_shared<SpectralConv>(shape, has_bias);
  return std::make_shared<Conv>(shape, has_bias);
}

}  // namespace ganvas
