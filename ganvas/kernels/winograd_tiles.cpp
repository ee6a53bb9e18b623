// The arithmetic of Winograd's F(4x4, 3x3) and F(3x3, 4x4): transforms and products, compiled for
// several instruction sets. Lavin and Gray, CVPR 2016 (arXiv:1509.09308), section 4.3; the
// polynomial's points are 0, 1, -1, 2, -2 and infinity, so that both have one transform of inputs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/winograd_tiles.h"

#include <algorithm>
#include <array>

#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ganvas/kernels/winograd_tiles.cpp"
#include "ganvas/kernels/private/simd_targets.h"

HWY_BEFORE_NAMESPACE();
namespace ganvas::kernels {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;

constexpr int64_t kLanes = HWY_LANES(float);
constexpr int64_t kPanel = 2 * kLanes;
// Rows of a product whose sums stay in registers: 2 vectors each, of 32 or of 16 there are.
constexpr int kRows = HWY_TARGET <= HWY_AVX3 ? 12 : 6;

// Rows of a panel of the right factor that stay in the first cache while strips pass over them.
constexpr int64_t kDepth = 128;

Vector load(const float* from) {
  return hn::LoadU(Tag(), from);
}
void store(Vector value, float* to) {
  hn::StoreU(value, Tag(), to);
}
Vector all(float value) {
  return hn::Set(Tag(), value);
}

template <int N>
struct Column {
  Vector v[N];
};
using Six = Column<6>;
using Four = Column<4>;
using Three = Column<3>;

// B^T d
HWY_INLINE Six input_transform(const Six& d) {
  const auto four = all(4), five = all(5), two = all(2);
  const auto a = hn::NegMulAdd(four, d.v[2], d.v[4]), b = hn::NegMulAdd(four, d.v[1], d.v[3]);
  const auto c = d.v[4] - d.v[2], e = two * (d.v[3] - d.v[1]);
  return {{hn::MulAdd(four, d.v[0], hn::NegMulAdd(five, d.v[2], d.v[4])), a + b, a - b, c + e,
           c - e, hn::MulAdd(four, d.v[1], hn::NegMulAdd(five, d.v[3], d.v[5]))}};
}

// A^T m, of as many rows as there are outputs
template <int M>
HWY_INLINE Column<M> output_transform(const Six& m) {
  const auto s12 = m.v[1] + m.v[2], d12 = m.v[1] - m.v[2];
  const auto s34 = m.v[3] + m.v[4], d34 = m.v[3] - m.v[4];
  Column<M> y;
  y.v[0] = m.v[0] + s12 + s34;
  y.v[1] = hn::MulAdd(all(2), d34, d12);
  y.v[2] = hn::MulAdd(all(4), s34, s12);
  if constexpr (M == 4) y.v[3] = hn::MulAdd(all(8), d34, d12);
  y.v[M - 1] = y.v[M - 1] + m.v[5];
  return y;
}

// A y
HWY_INLINE Six gradient_transform(const Four& y) {
  const auto even = y.v[0] + y.v[2], odd = y.v[1] + y.v[3];
  const auto even4 = hn::MulAdd(all(4), y.v[2], y.v[0]);
  const auto odd8 = hn::MulAdd(all(8), y.v[3], all(2) * y.v[1]);
  return {{y.v[0], even + odd, even - odd, even4 + odd8, even4 - odd8, y.v[3]}};
}
HWY_INLINE Six gradient_transform(const Three& y) {
  const auto even = y.v[0] + y.v[2], even4 = hn::MulAdd(all(4), y.v[2], y.v[0]);
  const auto odd2 = all(2) * y.v[1];
  return {{y.v[0], even + y.v[1], even - y.v[1], even4 + odd2, even4 - odd2, y.v[2]}};
}

// G g
HWY_INLINE Six filter_transform(const Three& g) {
  const auto even = all(-1 / 6.0F) * (g.v[0] + g.v[2]), odd = all(-1 / 6.0F) * g.v[1];
  const auto even4 = hn::MulAdd(all(1 / 24.0F), g.v[0], all(1 / 6.0F) * g.v[2]);
  const auto odd4 = all(1 / 12.0F) * g.v[1];
  return {{all(0.25F) * g.v[0], even + odd, even - odd, even4 + odd4, even4 - odd4, g.v[2]}};
}
HWY_INLINE Six filter_transform(const Four& g) {
  const auto even = all(-1 / 6.0F) * (g.v[0] + g.v[2]), odd = all(-1 / 6.0F) * (g.v[1] + g.v[3]);
  const auto even4 = hn::MulAdd(all(1 / 24.0F), g.v[0], all(1 / 6.0F) * g.v[2]);
  const auto odd4 = hn::MulAdd(all(1 / 12.0F), g.v[1], all(1 / 3.0F) * g.v[3]);
  return {{all(0.25F) * g.v[0], even + odd, even - odd, even4 + odd4, even4 - odd4, g.v[3]}};
}

// G^T u, of as many rows as there are taps
template <int R>
HWY_INLINE Column<R> filter_gradient_transform(const Six& u) {
  const auto s12 = u.v[1] + u.v[2], s34 = u.v[3] + u.v[4];
  const auto sixth = all(1 / 6.0F), t12 = sixth * s12, t21 = sixth * (u.v[2] - u.v[1]);
  const auto d34 = u.v[3] - u.v[4];
  Column<R> g;
  g.v[0] = hn::MulAdd(all(0.25F), u.v[0], hn::MulAdd(all(1 / 24.0F), s34, hn::Zero(Tag()) - t12));
  g.v[1] = hn::MulAdd(all(1 / 12.0F), d34, t21);
  g.v[2] = hn::MulAdd(sixth, s34, hn::Zero(Tag()) - t12);
  if constexpr (R == 4) g.v[3] = hn::MulAdd(all(1 / 3.0F), d34, t21);
  g.v[R - 1] = g.v[R - 1] + u.v[5];
  return g;
}

const char* name() {
  return hwy::TargetName(HWY_TARGET);
}

int64_t panel_width() {
  return kPanel;
}

void gather(const TiledMap& map, const Tiling& tiling, const TileRange& range, const Planes& v) {
  const int64_t channels = map.channels;
  const std::vector<float> zeros(channels, 0.0F);
  for (int64_t t = range.begin; t < range.end; ++t) {
    const int64_t tile = range.first + t, tx = tile % tiling.tiles_wide;
    const int64_t ty = tile / tiling.tiles_wide % tiling.tiles_high;
    const int64_t n = tile / tiling.tiles_wide / tiling.tiles_high;
    const float* image = map.data + n * tiling.height * tiling.width * channels;
    std::array<const float*, kPoints> from;
    for (int64_t i = 0; i < 6; ++i) {
      const int64_t row = tiling.rows[tiling.outputs * ty + i];
      for (int64_t j = 0; j < 6; ++j) {
        const int64_t col = tiling.cols[tiling.outputs * tx + j];
        const bool is_inside = row >= 0 && col >= 0;
        from[6 * i + j] = is_inside ? image + (row * tiling.width + col) * channels : zeros.data();
      }
    }
    float* to = v.data + t * v.cols + map.column;
    const int64_t apart = Planes::apart(v.rows, v.cols);
    for (int64_t c = 0; c < channels; c += kLanes) {
      Six columns[6];
      for (int j = 0; j < 6; ++j) {
        Six d;
        for (int i = 0; i < 6; ++i) d.v[i] = load(from[6 * i + j] + c);
        columns[j] = input_transform(d);
      }
      for (int i = 0; i < 6; ++i) {
        Six d;
        for (int j = 0; j < 6; ++j) d.v[j] = columns[j].v[i];
        const Six row = input_transform(d);
        for (int j = 0; j < 6; ++j) store(row.v[j], to + (6 * i + j) * apart + c);
      }
    }
  }
}

template <int M>
void scatter(const Planes& m, const Tiling& tiling, const TileRange& range, const ChannelEnd& end,
             int64_t channels, float* y) {
  const int64_t apart = Planes::apart(m.rows, m.cols);
  for (int64_t t = range.begin; t < range.end; ++t) {
    const int64_t tile = range.first + t, left = M * (tile % tiling.tiles_wide);
    const int64_t top = M * (tile / tiling.tiles_wide % tiling.tiles_high);
    const int64_t n = tile / tiling.tiles_wide / tiling.tiles_high;
    const int64_t high = std::min<int64_t>(M, tiling.height - top);
    const int64_t wide = std::min<int64_t>(M, tiling.width - left);
    float* to = y + ((n * tiling.height + top) * tiling.width + left) * channels;
    const float* from = m.data + t * m.cols;
    for (int64_t c = 0; c < channels; c += kLanes) {
      Column<M> columns[6];
      for (int j = 0; j < 6; ++j) {
        Six d;
        for (int i = 0; i < 6; ++i) d.v[i] = load(from + (6 * i + j) * apart + c);
        columns[j] = output_transform<M>(d);
      }
      const auto zero = hn::Zero(Tag());
      const auto added = end.bias != nullptr ? load(end.bias + c) : zero;
      const auto slope = end.slopes != nullptr ? load(end.slopes + c) : all(1);
      for (int64_t i = 0; i < high; ++i) {
        Six d;
        for (int j = 0; j < 6; ++j) d.v[j] = columns[j].v[i];
        const auto row = output_transform<M>(d);
        for (int64_t j = 0; j < wide; ++j) {
          auto sum = row.v[j] + added;
          if (end.slopes != nullptr) sum = hn::IfThenElse(sum < zero, slope * sum, sum);
          store(sum, to + (i * tiling.width + j) * channels + c);
        }
      }
    }
  }
}

template <int M>
void gather_gradient(const float* dy, const Tiling& tiling, const TileRange& range,
                     int64_t channels, const Planes& m) {
  const std::vector<float> zeros(channels, 0.0F);
  const int64_t apart = Planes::apart(m.rows, m.cols);
  for (int64_t t = range.begin; t < range.end; ++t) {
    const int64_t tile = range.first + t, left = M * (tile % tiling.tiles_wide);
    const int64_t top = M * (tile / tiling.tiles_wide % tiling.tiles_high);
    const int64_t n = tile / tiling.tiles_wide / tiling.tiles_high;
    std::array<const float*, M * M> from;
    for (int64_t i = 0; i < M * M; ++i) {
      const int64_t row = top + i / M, col = left + i % M;
      const bool is_inside = row < tiling.height && col < tiling.width;
      from[i] = is_inside ? dy + ((n * tiling.height + row) * tiling.width + col) * channels
                          : zeros.data();
    }
    for (int64_t c = 0; c < channels; c += kLanes) {
      float* to = m.data + (c / kPanel * m.rows + t) * kPanel + c % kPanel;
      Six columns[M];
      for (int j = 0; j < M; ++j) {
        Column<M> d;
        for (int i = 0; i < M; ++i) d.v[i] = load(from[M * i + j] + c);
        columns[j] = gradient_transform(d);
      }
      for (int i = 0; i < 6; ++i) {
        Column<M> d;
        for (int j = 0; j < M; ++j) d.v[j] = columns[j].v[i];
        const Six row = gradient_transform(d);
        for (int j = 0; j < 6; ++j) store(row.v[j], to + (6 * i + j) * apart);
      }
    }
  }
}

template <int R>
void expand_filters(const Filters& filters, int64_t begin, int64_t end, const Planes& u) {
  const int64_t apart = Planes::apart(u.rows, u.cols);
  for (int64_t c = begin; c < end; ++c) {
    for (int64_t k = 0; k < filters.out; k += kLanes) {
      float* to = u.data + (k / kPanel * u.rows + c) * kPanel + k % kPanel;
      Six columns[R];
      for (int j = 0; j < R; ++j) {
        Column<R> g;
        for (int i = 0; i < R; ++i) g.v[i] = load(filters.row(c - begin, R * i + j) + k);
        columns[j] = filter_transform(g);
      }
      for (int i = 0; i < 6; ++i) {
        Column<R> g;
        for (int j = 0; j < R; ++j) g.v[j] = columns[j].v[i];
        const Six row = filter_transform(g);
        for (int j = 0; j < 6; ++j) store(row.v[j], to + (6 * i + j) * apart);
      }
    }
  }
}

template <int R>
void contract_filters(const Planes& u, int64_t begin, int64_t end, const Filters& filters) {
  const int64_t apart = Planes::apart(u.rows, u.cols);
  for (int64_t c = begin; c < end; ++c) {
    for (int64_t k = 0; k < filters.out; k += kLanes) {
      const float* from = u.data + c * u.cols + k;
      Column<R> columns[6];
      for (int j = 0; j < 6; ++j) {
        Six d;
        for (int i = 0; i < 6; ++i) d.v[i] = load(from + (6 * i + j) * apart);
        columns[j] = filter_gradient_transform<R>(d);
      }
      for (int i = 0; i < R; ++i) {
        Six d;
        for (int j = 0; j < 6; ++j) d.v[j] = columns[j].v[i];
        const auto row = filter_gradient_transform<R>(d);
        for (int j = 0; j < R; ++j) store(row.v[j], filters.row(c - begin, R * i + j) + k);
      }
    }
  }
}

/// `R` rows of one panel.
template <int R>
void multiply_strip(const Product& product, const float* left, const float* right, float* out,
                    Into into) {
  Vector sums[R][2];
  for (int r = 0; r < R; ++r) sums[r][0] = sums[r][1] = hn::Zero(Tag());
  const int64_t row_apart = product.row_apart, depth_apart = product.depth_apart;
  for (int64_t p = 0; p < product.depth; ++p) {
    const auto first = load(right), second = load(right + kLanes);
    HWY_UNROLL(12)
    for (int r = 0; r < R; ++r) {
      const auto factor = all(left[r * row_apart]);
      sums[r][0] = hn::MulAdd(factor, first, sums[r][0]);
      sums[r][1] = hn::MulAdd(factor, second, sums[r][1]);
    }
    left += depth_apart;
    right += kPanel;
  }
  for (int r = 0; r < R; ++r) {
    float* row = out + r * product.out_apart;
    if (into == Into::kAccumulate) {
      sums[r][0] = sums[r][0] + load(row);
      sums[r][1] = sums[r][1] + load(row + kLanes);
    }
    store(sums[r][0], row);
    store(sums[r][1], row + kLanes);
  }
}

template <int R>
void multiply_rows(int64_t rows, const Product& product, const float* left, const float* right,
                   float* out, Into into) {
  if (rows == R) return multiply_strip<R>(product, left, right, out, into);
  if constexpr (R > 1) multiply_rows<R - 1>(rows, product, left, right, out, into);
}

/// Brings the strip's share of `count` numbers into the cache, which is wanted when the last strip is
/// done: filters of a whole network do not stay there from one image to the next.
void fetch_ahead(const float* numbers, int64_t count, int64_t strip, int64_t strips) {
  constexpr int64_t kLine = 16;
  const int64_t share = (count + strips - 1) / strips;
  for (int64_t i = strip * share; i < (strip + 1) * share; i += kLine) hwy::Prefetch(numbers + i);
}

void multiply(const Product& product, Into into) {
  const int64_t strips = (product.rows + kRows - 1) / kRows;
  for (int64_t panel = 0; panel < product.panels; ++panel) {
    for (int64_t first = 0; first < product.depth; first += kDepth) {
      Product part = product;
      part.depth = std::min(kDepth, product.depth - first);
      const float* left = product.left + first * product.depth_apart;
      const float* right = product.right + panel * product.right_apart + first * kPanel;
      for (int64_t strip = 0; strip < strips; ++strip) {
        const int64_t begin = product.rows * strip / strips;
        const int64_t end = product.rows * (strip + 1) / strips;
        fetch_ahead(right + part.depth * kPanel, part.depth * kPanel, strip, strips);
        multiply_rows<kRows>(end - begin, part, left + begin * product.row_apart, right,
                             product.out + begin * product.out_apart + panel * kPanel,
                             first == 0 ? into : Into::kAccumulate);
      }
    }
  }
}

template <int R>
WinogradSet functions() {
  constexpr int M = outputs_of(R);
  return {name,
          panel_width,
          gather,
          scatter<M>,
          gather_gradient<M>,
          expand_filters<R>,
          contract_filters<R>,
          multiply};
}

}  // namespace

WinogradSets make_sets() {
  return {functions<3>(), functions<4>()};
}

}  // namespace HWY_NAMESPACE
}  // namespace ganvas::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ganvas::kernels {

HWY_EXPORT(make_sets);

WinogradSet winograd_set(int64_t taps) {
  const auto sets = HWY_DYNAMIC_DISPATCH(make_sets)();
  return taps == 3 ? sets.three : sets.four;
}

}  // namespace ganvas::kernels
#endif
