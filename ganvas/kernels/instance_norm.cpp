// Instance normalisation of maps whose channels lie together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/instance_norm.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/kernels/channels_last.h"
#include "ganvas/kernels/private/norm_rows.h"
#include "ganvas/kernels/private/numbers.h"

namespace ganvas::kernels {

template <typename Number>
void Moments::join(const Number* means, const Number* squares, int64_t channels, double count) {
  mean_.resize(static_cast<size_t>(channels));
  square_.resize(mean_.size());
  const double all = count_ + count;
  for (size_t c = 0; c < mean_.size(); ++c) {
    const double apart = means[c] - mean_[c];
    square_[c] += squares[c] + apart * apart * count_ * count / all;
    mean_[c] += apart * count / all;
  }
  count_ = all;
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kEps = 1e-5;
// Pixels whose sums are taken in fp32, before they are added up in double: few enough that their
// numbers stay in the cache for a second look.
constexpr int64_t kSpan = 64;

/// The maps of one batch as rows of channels.
struct Maps {
  int64_t images, pixels, channels;

  int64_t spans() const { return (pixels + kSpan - 1) / kSpan; }
  int64_t begin(int64_t image, int64_t span) const {
    return (image * pixels + span * kSpan) * channels;
  }
  Rows rows(int64_t span) const { return {std::min(kSpan, pixels - span * kSpan), channels}; }
};

Maps maps_of(const Tensor& x) {
  return {x.size(0), x.size(2) * x.size(3), x.size(1)};
}

/// Calls visit(image, span) for all of them, on all threads.
template <typename Visit>
void for_each_span(const Maps& maps, const Visit& visit) {
  const int64_t spans = maps.spans();
  at::parallel_for(0, maps.images * spans, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) visit(i / spans, i % spans);
  });
}

Tensor empty_rows(int64_t images, int64_t spans, int64_t channels) {
  return at::empty({images, spans, channels});
}

float* at_span(const Tensor& sums, int64_t image, int64_t span) {
  return sums.mutable_data_ptr<float>() + (image * sums.size(1) + span) * sums.size(2);
}

/// The moments of each image's channels: of spans, joined.
std::vector<Moments> moments_of(const Tensor& x, const Maps& maps) {
  const auto means = empty_rows(maps.images, maps.spans(), maps.channels);
  const auto squares = at::empty_like(means);
  with_type_of(x, [&](auto type) {
    using T = decltype(type);
    const auto set = norm_set<T>();
    for_each_span(maps, [&](int64_t image, int64_t span) {
      set.moments(x.const_data_ptr<T>() + maps.begin(image, span), maps.rows(span),
                  at_span(means, image, span), at_span(squares, image, span));
    });
  });
  std::vector<Moments> all(static_cast<size_t>(maps.images));
  for (int64_t n = 0; n < maps.images; ++n) {
    for (int64_t span = 0; span < maps.spans(); ++span) {
      all[static_cast<size_t>(n)].join(at_span(means, n, span), at_span(squares, n, span),
                                       maps.channels, static_cast<double>(maps.rows(span).rows));
    }
  }
  return all;
}

/// Means and rates, [N, C] each.
std::pair<Tensor, Tensor> statistics(const std::vector<Moments>& moments) {
  const auto count = static_cast<int64_t>(moments.size());
  auto mean = at::empty({count, moments[0].channels()}), rate = at::empty_like(mean);
  for (int64_t n = 0; n < count; ++n) {
    const int64_t first = n * mean.size(1);
    moments[static_cast<size_t>(n)].write(mean.mutable_data_ptr<float>() + first,
                                          rate.mutable_data_ptr<float>() + first);
  }
  return {mean, rate};
}

/// [N, spans, C] to sums over the spans [N, C], in double.
Tensor over_spans(const Tensor& sums) {
  return sums.sum(1, /*keepdim=*/false, at::kDouble);
}

/// scale and shift of z = scale x + shift.
struct Affine {
  Tensor scale, shift;  // [N, C]

  Channels of(int64_t image, const Tensor& mean, const Tensor& rate, After after) const {
    const int64_t first = image * scale.size(1);
    return {scale.const_data_ptr<float>() + first, shift.const_data_ptr<float>() + first,
            mean.const_data_ptr<float>() + first, rate.const_data_ptr<float>() + first,
            static_cast<float>(after.slope)};
  }
};

Affine affine_of(const Tensor& mean, const Tensor& rate, const Tensor& weight, const Tensor& bias) {
  const auto scale = weight.defined() ? (rate * weight).contiguous() : rate;
  auto shift = -(mean * scale);
  if (bias.defined()) shift += bias;
  return {scale, shift};
}

/// after(scale x + shift) + added, or without added if it is undefined.
Tensor applied(const Tensor& x, const Maps& maps, const std::pair<Tensor, Tensor>& means_and_rates,
               const Affine& affine, After after, const Tensor& added) {
  Tensor beside;
  if (added.defined())
    beside = added.to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
  auto y = at::empty_like(x);
  with_type_of(x, [&](auto type) {
    using T = decltype(type);
    const auto set = norm_set<T>();
    for_each_span(maps, [&](int64_t image, int64_t span) {
      const int64_t begin = maps.begin(image, span);
      set.apply(x.const_data_ptr<T>() + begin, maps.rows(span),
                affine.of(image, means_and_rates.first, means_and_rates.second, after),
                added.defined() ? beside.const_data_ptr<T>() + begin : nullptr,
                y.mutable_data_ptr<T>() + begin);
    });
  });
  return y;
}

class FusedNorm final : public torch::autograd::Function<FusedNorm> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x,
                        const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                        const std::optional<Tensor>& added, double slope) {
    const After after{slope};
    const auto maps = maps_of(x);
    const auto [mean, rate] = statistics(moments_of(x, maps));
    const auto affine = affine_of(mean, rate, weight.value_or(Tensor()), bias.value_or(Tensor()));
    auto y = applied(x, maps, {mean, rate}, affine, after, added.value_or(Tensor()));
    context->save_for_backward({x, mean, rate, affine.scale, affine.shift});
    context->saved_data["slope"] = slope;
    context->saved_data["has_weight"] = weight.has_value();
    context->saved_data["has_added"] = added.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    require(!c10::GradMode::is_enabled(),
            "fused_instance_norm: it has no gradient of its gradient; use --kernels torch");
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &mean = saved[1], &rate = saved[2];
    const Affine affine{saved[3], saved[4]};
    const After after{context->saved_data["slope"].toDouble()};
    const auto maps = maps_of(x);
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const auto sums = empty_rows(maps.images, maps.spans(), maps.channels);
    const auto products = at::empty_like(sums);
    auto dx = at::empty_like(x);
    Tensor sum, product;  // over an image
    with_type_of(x, [&](auto type) {
      using T = decltype(type);
      const auto set = norm_set<T>();
      const auto *from = x.const_data_ptr<T>(), *gradient = dy.const_data_ptr<T>();
      for_each_span(maps, [&](int64_t image, int64_t span) {
        const int64_t begin = maps.begin(image, span);
        set.gradient_sums(gradient + begin, from + begin, maps.rows(span),
                          affine.of(image, mean, rate, after), at_span(sums, image, span),
                          at_span(products, image, span));
      });
      sum = over_spans(sums);
      product = over_spans(products);
      const auto share = 1 / static_cast<double>(maps.pixels);
      const auto mean_dz = (sum * share).to(at::kFloat),
                 mean_product = (product * share).to(at::kFloat);
      for_each_span(maps, [&](int64_t image, int64_t span) {
        const int64_t begin = maps.begin(image, span), first = image * maps.channels;
        set.gradient(
            gradient + begin, from + begin, maps.rows(span), affine.of(image, mean, rate, after),
            {mean_dz.const_data_ptr<float>() + first, mean_product.const_data_ptr<float>() + first},
            dx.mutable_data_ptr<T>() + begin);
      });
    });
    Tensor dweight, dbias;
    if (context->saved_data["has_weight"].toBool()) {
      dweight = product.sum(0).to(at::kFloat);
      dbias = sum.sum(0).to(at::kFloat);
    }
    return {dx, dweight, dbias, context->saved_data["has_added"].toBool() ? dy : Tensor(), {}};
  }
};

}  // namespace

Tensor arranged_for_kernels(const Tensor& x) {
  const bool is_wanted = fast_kernels_allowed() && has_known_numbers(x);
  return is_wanted ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
}

bool norm_can_be_fused(const Tensor& x) {
  return fast_kernels_allowed() && has_known_numbers(x) && x.size(1) % 16 == 0 &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast) && !x.is_contiguous();
}

Tensor fused_instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, After after,
                           const Tensor& added) {
  require(x.size(2) * x.size(3) > 1, "instance norm: got maps of one pixel, expected more");
  const auto optional = [](const Tensor& t) {
    return t.defined() ? std::make_optional(t) : std::nullopt;
  };
  return FusedNorm::apply(x, optional(weight), optional(bias), optional(added), after.slope);
}

void Moments::add(const Tensor& part) {
  const auto maps = maps_of(part);
  const auto more = moments_of(part, maps).front();
  join(more.mean_.data(), more.square_.data(), maps.channels, more.count_);
}

void Moments::write(float* mean, float* rate) const {
  for (size_t c = 0; c < mean_.size(); ++c) {
    mean[c] = static_cast<float>(mean_[c]);
    rate[c] = static_cast<float>(1 / std::sqrt(square_[c] / count_ + kEps));
  }
}

Tensor normalised_by(const Moments& moments, const Tensor& part, const Tensor& weight,
                     const Tensor& bias, After after, const Tensor& added) {
  const auto means_and_rates = statistics({moments});
  const auto affine = affine_of(means_and_rates.first, means_and_rates.second, weight, bias);
  return applied(part, maps_of(part), means_and_rates, affine, after, added);
}

Tensor followed(const Tensor& z, After after, const Tensor& added) {
  auto y = z;
  if (after.slope == 0) y = at::relu(y);
  if (after.slope != 0 && after.slope != 1) y = at::leaky_relu(y, after.slope);
  return added.defined() ? added + y : y;
}

Tensor instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, After after,
                     const Tensor& added) {
  if (norm_can_be_fused(x)) return fused_instance_norm(x, weight, bias, after, added);
  if (is_channels_last_on_gpu(x)) {
    return followed(channels_last_instance_norm(x, weight, bias, kEps), after, added);
  }
  const auto z = at::instance_norm(x, weight, bias, {}, {}, /*use_input_stats=*/true,
                                   /*momentum=*/0.1, kEps, /*cudnn_enabled=*/true);
  return followed(z, after, added);
}

}  // namespace ganvas::kernels
