// Convolutions 3x3 and 4x4 of stride 1 on the CPU by Winograd's algorithm.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/winograd.h"

#include <mutex>

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/kernels/private/fold.h"
#include "ganvas/kernels/private/thread_room.h"
#include "ganvas/kernels/private/torch_gradients.h"
#include "ganvas/kernels/private/weight_state.h"
#include "ganvas/kernels/private/winograd_tiles.h"

namespace ganvas::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kChannelStep = 16;
// Where it wins, by measurement (two cores with AVX-512, also with AVX2 alone; bench/results): on
// fewer tiles the transform of the filters costs more than it saves, on fewer channels that of the
// maps.
constexpr int64_t kLeastTiles = 64, kLeastChannels = 32;
// Numbers of transformed tiles that are kept at a time (twenty megabytes).
constexpr int64_t kChunkNumbers = 5 << 20, kMostTiles = 512;
// Tiles that are summed before their sum is added to others: keeps rounding errors small.
constexpr int64_t kMostSummed = 256;

Tensor channels_last(const Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

Tensor empty_map(int64_t n, int64_t channels, int64_t height, int64_t width) {
  return at::empty({n, channels, height, width},
                   at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast));
}

/// How a map is extended before its convolution, and by filters of how many taps that is.
struct Frame {
  int64_t padding;
  Edge edge;
  int64_t taps;

  int64_t outputs(int64_t side) const { return side + 2 * padding - taps + 1; }
};

/// How maps in a frame are cut into tiles of their outputs.
Tiling tiling_of(const Tensor& x, const Frame& frame) {
  Tiling tiling;
  tiling.height = x.size(2);
  tiling.width = x.size(3);
  tiling.outputs = outputs_of(frame.taps);
  tiling.tiles_high = divided_up(frame.outputs(tiling.height), tiling.outputs);
  tiling.tiles_wide = divided_up(frame.outputs(tiling.width), tiling.outputs);
  const auto places = [&](int64_t tiles) { return tiling.outputs * (tiles - 1) + kTile; };
  tiling.rows = pixels_at(places(tiling.tiles_high), tiling.height, frame.padding, frame.edge);
  tiling.cols = pixels_at(places(tiling.tiles_wide), tiling.width, frame.padding, frame.edge);
  return tiling;
}

/// The same tiles, of the output.
Tiling output_tiling(const Tiling& input, const Frame& frame) {
  Tiling tiling = input;
  tiling.height = frame.outputs(input.height);
  tiling.width = frame.outputs(input.width);
  return tiling;
}

/// How many tiles to take at a time: about alike, and not more than `most`.
int64_t chunk_of(int64_t tiles, int64_t channels, int64_t most) {
  const int64_t fitting = std::clamp<int64_t>(kChunkNumbers / (kPoints * channels), 64, most);
  return divided_up(tiles, divided_up(tiles, fitting));
}

/// Filters as the right factor of the products: planes [panel][in][column].
struct Expanded {
  Tensor numbers;
  int64_t in = 0, out = 0, taps = 0, panels = 0;
};

/// Which way a convolution is followed: its gradient is one with filters turned by half a turn,
/// inputs and outputs exchanged.
enum class Way { kForward, kBackward };

// Inputs whose filters one thread takes at a time: a few lines of the cache of each output.
constexpr int64_t kInputsAtOnce = 16;

/// Calls visit(begin, end, filters) for all the inputs, on all threads, with room for their filters.
template <typename Visit>
void for_some_inputs(int64_t in, int64_t out, int64_t taps, const Visit& visit) {
  at::parallel_for(0, divided_up(in, kInputsAtOnce), 1, [&](int64_t first, int64_t last) {
    const Filters shape{nullptr, out, taps};
    const auto room = at::empty(kInputsAtOnce * taps * taps * shape.row_apart());
    const Filters filters{room.mutable_data_ptr<float>(), out, taps};
    for (int64_t i = first; i < last; ++i) {
      visit(i * kInputsAtOnce, std::min(in, (i + 1) * kInputsAtOnce), filters);
    }
  });
}

/// weight: [K, C, taps, taps]
Expanded expand(const Tensor& weight, Way way) {
  const int64_t taps = weight.size(2), cells = taps * taps;
  const auto set = winograd_set(taps);
  const bool is_forward = way == Way::kForward;
  const auto whole = weight.contiguous();
  const auto* numbers = whole.const_data_ptr<float>();
  const int64_t channels = weight.size(1);
  const int64_t in = weight.size(is_forward ? 1 : 0), out = weight.size(is_forward ? 0 : 1);
  const int64_t panels = divided_up(out, set.panel_width()), columns = panels * set.panel_width();
  const auto count = kPoints * Planes::apart(in, columns);
  const Expanded expanded{columns == out ? at::empty(count) : at::zeros(count), in, out, taps,
                          panels};
  const Planes planes{expanded.numbers.mutable_data_ptr<float>(), in, columns};
  for_some_inputs(in, out, taps, [&](int64_t begin, int64_t end, const Filters& filters) {
    for (int64_t k = 0; k < out; ++k) {
      for (int64_t c = begin; c < end; ++c) {
        const auto* filter = numbers + cells * (is_forward ? k * channels + c : c * channels + k);
        for (int64_t i = 0; i < cells; ++i) {
          filters.row(c - begin, i)[k] = filter[is_forward ? i : cells - 1 - i];
        }
      }
    }
    set.expand_filters(filters, begin, end, planes);
  });
  return expanded;
}

/// The convolution by expanded filters of maps that lie beside each other, chunk by chunk of tiles. Each point's
/// product is done on one thread, so that its filters are read once for a chunk.
Tensor convolve(const std::vector<Tensor>& maps, const Expanded& filters, const ChannelEnd& ending,
                const Frame& frame) {
  const auto& x = maps[0];
  const auto set = winograd_set(filters.taps);
  const auto tiling = tiling_of(x, frame);
  const auto outputs = output_tiling(tiling, frame);
  const int64_t in = filters.in, width = set.panel_width(), columns = filters.panels * width;
  const int64_t tiles = x.size(0) * tiling.tiles_high * tiling.tiles_wide;
  const int64_t chunk = chunk_of(tiles, in + columns, kMostTiles);
  auto y = empty_map(x.size(0), filters.out, outputs.height, outputs.width);
  std::vector<TiledMap> from;
  for (const auto& map : maps) {
    const int64_t column = from.empty() ? 0 : from.back().column + from.back().channels;
    from.push_back({map.const_data_ptr<float>(), map.size(1), column});
  }
  const Planes u{filters.numbers.mutable_data_ptr<float>(), in, columns};
  auto* to = y.mutable_data_ptr<float>();
  auto* numbers =
      thread_room<float>(kPoints * (Planes::apart(chunk, in) + Planes::apart(chunk, columns)));
  for (int64_t first = 0; first < tiles; first += chunk) {
    const int64_t rows = std::min(chunk, tiles - first);
    const Planes v{numbers, rows, in}, m{v.plane(kPoints), rows, columns};
    at::parallel_for(0, rows, 8, [&](int64_t begin, int64_t end) {
      for (const auto& map : from) set.gather(map, tiling, {first, begin, end}, v);
    });
    at::parallel_for(0, kPoints * filters.panels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t point = i / filters.panels, panel = i % filters.panels;
        set.multiply({v.plane(point), in, 1, u.plane(point) + panel * in * width, in * width,
                      m.plane(point) + panel * width, columns, rows, in, 1},
                     Into::kOverwrite);
      }
    });
    at::parallel_for(0, rows, 8, [&](int64_t begin, int64_t end) {
      set.scatter(m, outputs, {first, begin, end}, ending, filters.out, to);
    });
  }
  return y;
}

/// bias: [K] or undefined;  slopes: likewise
ChannelEnd ending_of(int64_t outputs, const Tensor& bias, const Tensor& slopes = {}) {
  const auto numbers = [outputs](const Tensor& t) -> const float* {
    if (!t.defined()) return nullptr;
    require(t.numel() == outputs && t.is_contiguous(),
            "Winograd convolution: got a bias or slopes of ", t.sizes(), " for ", outputs,
            " channels");
    return t.const_data_ptr<float>();
  };
  return {numbers(bias), numbers(slopes)};
}

/// The gradient of the filters [K, C, taps, taps]: sums over tiles, chunk by chunk; each point's sums on
/// one thread.
Tensor filter_gradient(const Tensor& x, const Tensor& dy, const Frame& frame) {
  const auto set = winograd_set(frame.taps);
  const auto tiling = tiling_of(x, frame);
  const auto outputs = output_tiling(tiling, frame);
  const int64_t in = x.size(1), out = dy.size(1), width = set.panel_width();
  const int64_t panels = divided_up(out, width), columns = panels * width;
  const int64_t tiles = x.size(0) * tiling.tiles_high * tiling.tiles_wide;
  const int64_t chunk = chunk_of(tiles, in + columns, kMostSummed);
  const auto inputs = at::empty(kPoints * Planes::apart(chunk, in));
  const int64_t gradient_numbers = kPoints * Planes::apart(chunk, columns);
  const auto gradients = columns == out ? at::empty(gradient_numbers) : at::zeros(gradient_numbers);
  const auto sums = at::empty(kPoints * Planes::apart(in, columns));
  const Planes u{sums.mutable_data_ptr<float>(), in, columns};
  for (int64_t first = 0; first < tiles; first += chunk) {
    const int64_t count = std::min(chunk, tiles - first);
    const Planes v{inputs.mutable_data_ptr<float>(), count, in};
    const Planes m{gradients.mutable_data_ptr<float>(), count, columns};
    at::parallel_for(0, count, 8, [&](int64_t begin, int64_t end) {
      set.gather({x.const_data_ptr<float>(), in}, tiling, {first, begin, end}, v);
      set.gather_gradient(dy.const_data_ptr<float>(), outputs, {first, begin, end}, out, m);
    });
    at::parallel_for(0, kPoints, 1, [&](int64_t begin, int64_t end) {
      for (int64_t point = begin; point < end; ++point) {
        set.multiply({v.plane(point), 1, in, m.plane(point), count * width, u.plane(point), columns,
                      in, count, panels},
                     first == 0 ? Into::kOverwrite : Into::kAccumulate);
      }
    });
  }
  const int64_t cells = frame.taps * frame.taps;
  auto gradient = at::empty({out, in, frame.taps, frame.taps});
  auto* numbers = gradient.mutable_data_ptr<float>();
  for_some_inputs(in, out, frame.taps, [&](int64_t begin, int64_t end, const Filters& filters) {
    set.contract_filters(u, begin, end, filters);
    for (int64_t k = 0; k < out; ++k) {
      for (int64_t c = begin; c < end; ++c) {
        for (int64_t i = 0; i < cells; ++i) {
          numbers[(k * in + c) * cells + i] = filters.row(c - begin, i)[k];
        }
      }
    }
  });
  return gradient;
}

class WinogradConv final : public torch::autograd::Function<WinogradConv> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const std::optional<Tensor>& bias, int64_t padding, int64_t edge) {
    const auto map = channels_last(x);
    context->save_for_backward({map, weight});
    context->saved_data["has_bias"] = bias.has_value();
    context->saved_data["padding"] = padding;
    context->saved_data["edge"] = edge;
    return convolve({map}, expand(weight, Way::kForward),
                    ending_of(weight.size(0), bias.value_or(Tensor())),
                    {padding, static_cast<Edge>(edge), weight.size(2)});
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const Frame frame{context->saved_data["padding"].toInt(),
                      static_cast<Edge>(context->saved_data["edge"].toInt()), weight.size(2)};
    const bool has_bias = context->saved_data["has_bias"].toBool();
    if (c10::GradMode::is_enabled()) {
      const auto made = torch_gradients(
          gradients[0], x, weight, {frame.taps, 1, frame.padding, frame.edge}, ConvWay::kPlain);
      return {made.x, made.weight, has_bias ? made.bias : Tensor(), {}, {}};
    }
    Tensor dx, dweight, dbias;
    const auto dy = channels_last(gradients[0]);
    if (context->needs_input_grad(0)) {
      const bool is_reflected = frame.padding > 0 && frame.edge == Edge::kReflect;
      dx = convolve({dy}, expand(weight, Way::kBackward), {},
                    {is_reflected ? 2 : frame.taps - 1 - frame.padding, Edge::kZero, frame.taps});
      if (is_reflected) dx = fold(dx, 1);
    }
    if (context->needs_input_grad(1)) dweight = filter_gradient(x, dy, frame);
    if (has_bias && context->needs_input_grad(2)) dbias = dy.sum({0, 2, 3});
    return {dx, dweight, dbias, {}, {}};
  }
};

}  // namespace

bool winograd_wins(const Tensor& x, const Tensor& weight) {
  const bool is_plain = fast_kernels_allowed() && x.is_cpu() && x.scalar_type() == at::kFloat &&
                        weight.scalar_type() == at::kFloat &&
                        !at::autocast::is_autocast_enabled(at::kCPU);
  if (!is_plain || weight.size(0) % kChannelStep != 0 || weight.size(1) % kChannelStep != 0) {
    return false;
  }
  const int64_t channels = std::max(weight.size(0), weight.size(1));
  const int64_t side = outputs_of(weight.size(2));
  const int64_t tiles = x.size(0) * divided_up(x.size(2), side) * divided_up(x.size(3), side);
  const int64_t least_share = weight.size(2) == 3 ? 4 : 8;  // larger filters save more
  return std::min(weight.size(0), weight.size(1)) >= kLeastChannels &&
         tiles >= std::max(kLeastTiles, channels / least_share);
}

/// Filters, and what they were made from.
struct KeptFilters::Kept {
  std::mutex lock;
  Expanded filters;
  WeightState expanded_from;
  int64_t width = 0;

  /// Of `weight`, made anew if it changed.
  Expanded of(const Tensor& current) {
    if (current.is_inference()) return expand(current, Way::kForward);  // has no version
    const std::lock_guard guard(lock);
    const int64_t columns = winograd_set(3).panel_width();
    const auto state = WeightState::of(current);
    if (expanded_from != state || width != columns) {
      filters = expand(current, Way::kForward);
      expanded_from = state;
      width = columns;
    }
    return filters;
  }

  void drop() {
    const std::lock_guard guard(lock);
    filters = {};
    expanded_from = {};
  }
};

KeptFilters::KeptFilters() : kept_(std::make_unique<Kept>()) {}
KeptFilters::~KeptFilters() = default;

Tensor winograd_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding,
                     Edge edge, KeptFilters& kept) {
  const int64_t taps = weight.size(2);
  require(weight.dim() == 4 && weight.size(1) == x.size(1) && (taps == 3 || taps == 4) &&
              weight.size(3) == taps && weight.size(0) % kChannelStep == 0 &&
              weight.size(1) % kChannelStep == 0,
          "Winograd convolution: got filters of ", weight.sizes(), " for a map of ", x.sizes(),
          ", expected [K, C, 3, 3] or [K, C, 4, 4] with multiples of ", kChannelStep);
  const bool is_reflected = edge == Edge::kReflect && padding > 0;
  require(padding >= 0 && padding < taps && !(is_reflected && (taps != 3 || padding != 1)),
          "Winograd convolution: got a padding of ", padding,
          ", expected less than the filter's side; of mirrored pixels 1, for sides of 3");
  const int64_t least = is_reflected ? 2 : std::max<int64_t>(1, taps - 2 * padding);
  require(x.dim() == 4 && x.size(2) >= least && x.size(3) >= least,
          "Winograd convolution: got a map of ", x.sizes(),
          ", expected [N, C, H, W] with sides of at least ", least);
  if (!c10::GradMode::is_enabled()) {
    return convolve({channels_last(x)}, kept.kept_->of(weight), ending_of(weight.size(0), bias),
                    {padding, edge, taps});
  }
  kept.kept_->drop();
  const auto added = bias.defined() ? std::make_optional(bias) : std::nullopt;
  return WinogradConv::apply(x, weight, added, padding, static_cast<int64_t>(edge));
}

Tensor winograd_conv_of_joined(const std::vector<Tensor>& maps, const Tensor& weight,
                               const Tensor& bias, int64_t padding, const Tensor& slopes,
                               KeptFilters& kept) {
  std::vector<Tensor> upright;
  int64_t channels = 0;
  for (const auto& map : maps) {
    const bool fits = map.dim() == 4 && map.size(0) == maps[0].size(0) &&
                      map.size(2) == maps[0].size(2) && map.size(3) == maps[0].size(3);
    require(fits && map.size(1) % kChannelStep == 0, "Winograd convolution: got maps of ",
            maps[0].sizes(), " and ", map.sizes(),
            ", expected one size and channels in multiples of ", kChannelStep);
    channels += map.size(1);
    upright.push_back(channels_last(map));
  }
  const int64_t taps = weight.size(2), least = std::max<int64_t>(1, taps - 2 * padding);
  require(channels == weight.size(1) && (taps == 3 || taps == 4) && weight.size(3) == taps &&
              weight.size(0) % kChannelStep == 0 && padding >= 0 && padding < taps &&
              std::min(maps[0].size(2), maps[0].size(3)) >= least,
          "Winograd convolution: got filters of ", weight.sizes(), " and a padding of ", padding,
          " for maps of ", channels, " channels and ", maps[0].sizes());
  const c10::NoGradGuard no_gradients;
  return convolve(upright, kept.kept_->of(weight), ending_of(weight.size(0), bias, slopes),
                  {padding, Edge::kZero, weight.size(2)});
}

}  // namespace ganvas::kernels
