// The parametric ReLU with one slope, compiled for several instruction sets.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/prelu.h"

#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/where.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/kernels/private/numbers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ganvas/kernels/prelu.cpp"
#include "ganvas/kernels/private/simd_targets.h"
// Once for each of them.
#include "ganvas/kernels/private/numbers-inl.h"

#ifndef GANVAS_KERNELS_PRELU_SETS
#define GANVAS_KERNELS_PRELU_SETS
namespace ganvas::kernels {

/// The functions of one instruction set on `count` numbers of type T, a multiple of 16.
template <typename T>
struct PreluSet {
  void (*apply)(const T* x, int64_t count, float slope, T* y);

  /// Writes dx and returns the sum of dy min(0, x), the gradient of the slope.
  float (*gradient)(const T* dy, const T* x, int64_t count, float slope, T* dx);
};

struct PreluSets {
  PreluSet<float> fp32;
  PreluSet<c10::BFloat16> bf16;
};

}  // namespace ganvas::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace ganvas::kernels {
namespace HWY_NAMESPACE {
namespace {

template <typename T>
void apply(const T* x, int64_t count, float slope, T* y) {
  const auto zero = hn::Zero(Tag()), factor = hn::Set(Tag(), slope);
  for (int64_t i = 0; i < count; i += kLanes) {
    const auto here = load(x + i);
    store(hn::MulAdd(factor, hn::Min(here, zero), hn::Max(here, zero)), y + i);
  }
}

template <typename T>
float gradient(const T* dy, const T* x, int64_t count, float slope, T* dx) {
  const auto zero = hn::Zero(Tag()), factor = hn::Set(Tag(), slope);
  auto sum = zero;
  for (int64_t i = 0; i < count; i += kLanes) {
    const auto here = load(x + i), from = load(dy + i);
    sum = hn::MulAdd(from, hn::Min(here, zero), sum);
    store(hn::IfThenElse(here > zero, from, from * factor), dx + i);
  }
  return hn::GetLane(hn::SumOfLanes(Tag(), sum));
}

}  // namespace

PreluSets make_prelu_sets() {
  return {{apply<float>, gradient<float>}, {apply<c10::BFloat16>, gradient<c10::BFloat16>}};
}

}  // namespace HWY_NAMESPACE
}  // namespace ganvas::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ganvas::kernels {

HWY_EXPORT(make_prelu_sets);

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Numbers whose sum is taken in fp32 before sums are added up in double; each on one thread, so that
// the result does not depend on their number.
constexpr int64_t kSpan = 1 << 13;
constexpr int64_t kMostLanes = 16;

PreluSet<float> set_of(float) {
  return HWY_DYNAMIC_DISPATCH(make_prelu_sets)().fp32;
}
PreluSet<c10::BFloat16> set_of(c10::BFloat16) {
  return HWY_DYNAMIC_DISPATCH(make_prelu_sets)().bf16;
}

/// Calls visit(span, begin, count) for all spans, on all threads.
template <typename Visit>
void for_each_span(const Tensor& x, const Visit& visit) {
  at::parallel_for(0, (x.numel() + kSpan - 1) / kSpan, 1, [&](int64_t begin, int64_t end) {
    for (int64_t span = begin; span < end; ++span) {
      visit(span, span * kSpan, std::min(kSpan, x.numel() - span * kSpan));
    }
  });
}

class FusedPrelu final : public torch::autograd::Function<FusedPrelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& slope) {
    context->save_for_backward({x, slope});
    auto y = at::empty_like(x);
    const auto factor = slope.item<float>();
    with_type_of(x, [&](auto type) {
      using T = decltype(type);
      const auto set = set_of(type);
      for_each_span(x, [&](int64_t, int64_t begin, int64_t count) {
        set.apply(x.const_data_ptr<T>() + begin, count, factor, y.mutable_data_ptr<T>() + begin);
      });
    });
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &slope = saved[1];
    if (c10::GradMode::is_enabled()) {
      const auto &dy = gradients[0], dslope = (dy * x.clamp_max(0)).sum().view({1});
      return {at::where(x > 0, dy, dy * slope), dslope.to(at::kFloat)};
    }
    const auto dy = gradients[0].strides() == x.strides() ? gradients[0]
                                                          : at::empty_like(x).copy_(gradients[0]);
    auto dx = at::empty_like(x);
    std::vector<float> sums(static_cast<size_t>((x.numel() + kSpan - 1) / kSpan));
    const auto factor = slope.item<float>();
    with_type_of(x, [&](auto type) {
      using T = decltype(type);
      const auto set = set_of(type);
      for_each_span(x, [&](int64_t span, int64_t begin, int64_t count) {
        sums[static_cast<size_t>(span)] =
            set.gradient(dy.template const_data_ptr<T>() + begin, x.const_data_ptr<T>() + begin,
                         count, factor, dx.template mutable_data_ptr<T>() + begin);
      });
    });
    double sum = 0;
    for (const float part : sums) sum += part;
    return {dx, at::full_like(slope, sum)};
  }
};

}  // namespace

bool prelu_can_be_fused(const Tensor& x) {
  return fast_kernels_allowed() && has_known_numbers(x) && x.numel() % kMostLanes == 0 &&
         x.is_non_overlapping_and_dense();
}

Tensor fused_prelu(const Tensor& x, const Tensor& slope) {
  return FusedPrelu::apply(x, slope);
}

Tensor parametric_relu(const Tensor& x, const Tensor& slope) {
  if (prelu_can_be_fused(x)) return fused_prelu(x, slope);
  return at::prelu(x, slope.to(x.scalar_type()));
}

}  // namespace ganvas::kernels
#endif
