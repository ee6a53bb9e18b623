// The arithmetic of Winograd's F(4x4, 3x3) and F(3x3, 4x4) on plain memory, in as many forms as there are
// instruction sets; the processor picks one at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace ganvas::kernels {

/// Points of a transformed tile, and places under a tile: 6 x 6.
inline constexpr int64_t kTile = 6, kPoints = kTile * kTile;

/// Outputs along a side of a tile, for filters of so many taps along theirs.
constexpr int64_t outputs_of(int64_t taps) {
  return kTile + 1 - taps;
}

/// Images cut into tiles of outputs, and where the 6 x 6 inputs of each tile lie.
///
/// Tiles count along x first, then y, then the images of the batch.
struct Tiling {
  int64_t height, width;            // of the image, in its pixels
  int64_t tiles_high, tiles_wide;   // of one image
  int64_t outputs;                  // along a side of a tile
  std::vector<int32_t> rows, cols;  // the pixel at each place under the tiles, or -1 for a zero
};

/// `planes` of `rows` x `cols` numbers, a little more than that apart, so that the same place of all
/// planes does not fall on the same lines of the cache.
struct Planes {
  float* data;
  int64_t rows, cols;

  static int64_t apart(int64_t rows, int64_t cols) { return rows * cols + 32; }
  float* plane(int64_t point) const { return data + point * apart(rows, cols); }
};

/// Filters of some inputs: [C][taps * taps][K], rows of K numbers a little more than that apart.
struct Filters {
  float* data;
  int64_t out, taps;

  int64_t row_apart() const { return out + 16; }
  float* row(int64_t in, int64_t number) const {
    return data + (taps * taps * in + number) * row_apart();
  }
};

/// Two factors of sums of products: out[r][k] (+)= sum over p of left[r][p] * right[p][k].
///
///   left    element (r, p) at left[r * row_apart + p * depth_apart]
///   right   panels of panel_width() columns: [panel][p][column], panels right_apart numbers apart
///   out     element (r, k) at out[r * out_apart + k]; columns up to a whole panel are written
struct Product {
  const float* left;
  int64_t row_apart, depth_apart;
  const float* right;
  int64_t right_apart;
  float* out;
  int64_t out_apart;
  int64_t rows, depth, panels;
};

/// Whether a product replaces what is in `out`, or is added to it.
enum class Into { kOverwrite, kAccumulate };

/// Rows [begin, end) of planes, of which row r is of tile first + r.
struct TileRange {
  int64_t first, begin, end;
};

/// A map [N, H, W, channels], whose transformed channels begin at a column of the planes.
struct TiledMap {
  const float* data;
  int64_t channels, column = 0;
};

/// What ends a convolution, for each channel of its output: a bias and the slope of what is negative; each null
/// if there is none.
struct ChannelEnd {
  const float *bias = nullptr, *slopes = nullptr;
};

/// The functions of one instruction set for filters of 3 or 4 taps along a side. Channels are
/// multiples of 16 everywhere.
struct WinogradSet {
  /// As in "AVX2".
  const char* (*name)();

  /// Columns of a panel of the right factor.
  int64_t (*panel_width)();

  /// B^T d B of tiles of a map: row r of v, from the map's column on, is that of tile first + r.
  void (*gather)(const TiledMap& map, const Tiling& tiling, const TileRange& range,
                 const Planes& v);

  /// A^T m A of rows of m, and what follows, into the tiles of y [N, H, W, channels], the same as in
  /// gather().
  void (*scatter)(const Planes& m, const Tiling& tiling, const TileRange& range,
                  const ChannelEnd& end, int64_t channels, float* y);

  /// A d A^T of tiles of a gradient dy [N, H, W, channels], the same rows, but each plane of m as
  /// panels: [panel][row][column].
  void (*gather_gradient)(const float* dy, const Tiling& tiling, const TileRange& range,
                          int64_t channels, const Planes& m);

  /// G g G^T of the filters of the inputs [begin, end), into the planes of u, there as panels:
  /// [panel][C][column].
  void (*expand_filters)(const Filters& filters, int64_t begin, int64_t end, const Planes& u);

  /// G^T u G of sums, the planes of u [C][columns], for the inputs [begin, end).
  void (*contract_filters)(const Planes& u, int64_t begin, int64_t end, const Filters& filters);

  void (*multiply)(const Product& product, Into into);
};

struct WinogradSets {
  WinogradSet three, four;
};

/// For filters of 3 or 4 taps, the best set of this processor, or of what limit_instructions() leaves.
WinogradSet winograd_set(int64_t taps);

}  // namespace ganvas::kernels
