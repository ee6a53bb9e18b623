// The windows of a map as columns of a matrix, and back.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/im2col.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "ganvas/kernels/private/numbers.h"

namespace ganvas::kernels {
namespace {

/// The sides of a map and the places of the window on it.
struct Grid {
  int64_t images, channels, height, width, rows, cols;

  int64_t pixels() const { return height * width; }
  int64_t places() const { return rows * cols; }
};

Grid grid_of(at::IntArrayRef sizes, const Window& window) {
  return {sizes[0], sizes[1], sizes[2], sizes[3], window.places(sizes[2]), window.places(sizes[3])};
}

/// Those of `count` places at which the window's cell number `cell` lies on the map.
struct Span {
  int64_t begin, end;
};

Span on_map(int64_t cell, int64_t side, int64_t count, const Window& window) {
  const int64_t before = window.padding - cell;  // pixels that are missing at place 0
  const int64_t begin = before <= 0 ? 0 : (before + window.stride - 1) / window.stride;
  const int64_t last = side - 1 + before;
  const int64_t end = last < 0 ? 0 : last / window.stride + 1;
  return {std::min(begin, count), std::clamp(end, std::min(begin, count), count)};
}

/// to[i] = from[i * stride]
template <typename T>
void take_every(int64_t stride, const T* from, int64_t count, T* to) {
  if (stride == 1) {
    std::copy_n(from, count, to);
  } else if (stride == 2) {  // known to the compiler, which makes shuffles of it
    for (int64_t i = 0; i < count; ++i) to[i] = from[2 * i];
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] = from[stride * i];
  }
}

/// One cell of the window of one channel: all its places on one image.
template <typename T>
void write_places(const T* map, const Grid& grid, const Window& window, int64_t cell_y,
                  int64_t cell_x, T* to) {
  const auto rows = on_map(cell_y, grid.height, grid.rows, window);
  const auto cols = on_map(cell_x, grid.width, grid.cols, window);
  std::fill_n(to, rows.begin * grid.cols, T(0));
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    auto* line = to + row * grid.cols;
    const int64_t y = row * window.stride + cell_y - window.padding;
    const int64_t x = cols.begin * window.stride + cell_x - window.padding;
    std::fill_n(line, cols.begin, T(0));
    take_every(window.stride, map + y * grid.width + x, cols.end - cols.begin, line + cols.begin);
    std::fill(line + cols.end, line + grid.cols, T(0));
  }
  std::fill(to + rows.end * grid.cols, to + grid.places(), T(0));
}

/// Adds one line of places to the pixels of a row, which lie apart by their rest of the stride:
/// pixel x at [x % stride][x / stride].
template <typename T>
void add_line(const T* line, int64_t cell_x, const Grid& grid, const Window& window,
              int64_t phase_apart, float* phases) {
  const auto cols = on_map(cell_x, grid.width, grid.cols, window);
  const int64_t x = cols.begin * window.stride + cell_x - window.padding;
  auto* to = phases + x % window.stride * phase_apart + x / window.stride;
  for (int64_t i = 0; i < cols.end - cols.begin; ++i) {
    to[i] += static_cast<float>(line[cols.begin + i]);
  }
}

/// One row of one channel of an image.
///   columns: the first cell of the channel, at the image
template <typename T>
void sum_row(const T* columns, const Grid& grid, const Window& window, int64_t y,
             std::vector<float>& phases, T* to) {
  const int64_t cell_apart = grid.images * grid.places();
  const int64_t phase_apart = grid.width / window.stride + 1;
  phases.assign(window.stride * phase_apart, 0.0F);
  for (int64_t cell_y = (y + window.padding) % window.stride; cell_y < window.kernel;
       cell_y += window.stride) {
    const int64_t pixels = y + window.padding - cell_y;
    if (pixels < 0 || pixels / window.stride >= grid.rows) continue;
    const auto* line =
        columns + cell_y * window.kernel * cell_apart + pixels / window.stride * grid.cols;
    for (int64_t cell_x = 0; cell_x < window.kernel; ++cell_x) {
      add_line(line + cell_x * cell_apart, cell_x, grid, window, phase_apart, phases.data());
    }
  }
  for (int64_t phase = 0; phase < window.stride; ++phase) {
    const auto* from = phases.data() + phase * phase_apart;
    for (int64_t x = phase; x < grid.width; x += window.stride) to[x] = T(*from++);
  }
}

}  // namespace

Tensor im2col(const Tensor& map, const Window& window) {
  const auto whole = map.contiguous();
  const auto grid = grid_of(map.sizes(), window);
  const int64_t cells = window.kernel * window.kernel;
  auto columns = at::empty({grid.channels * cells, grid.images * grid.places()}, map.options());
  with_type_of(map, [&](auto type) {
    using T = decltype(type);
    const auto* from = whole.template const_data_ptr<T>();
    auto* to = columns.template mutable_data_ptr<T>();
    at::parallel_for(0, grid.channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin * cells * grid.images; i < end * cells * grid.images; ++i) {
        const int64_t image = i % grid.images, row = i / grid.images;
        const int64_t channel = row / cells, cell = row % cells;
        write_places(from + (image * grid.channels + channel) * grid.pixels(), grid, window,
                     cell / window.kernel, cell % window.kernel, to + i * grid.places());
      }
    });
  });
  return columns;
}

Tensor col2im(const Tensor& columns, const Window& window, at::IntArrayRef sizes) {
  const auto whole = columns.contiguous();
  const auto grid = grid_of(sizes, window);
  const int64_t channel_apart = window.kernel * window.kernel * grid.images * grid.places();
  auto map = at::empty(sizes, columns.options());
  with_type_of(columns, [&](auto type) {
    using T = decltype(type);
    const auto* from = whole.template const_data_ptr<T>();
    auto* to = map.template mutable_data_ptr<T>();
    at::parallel_for(0, grid.images * grid.channels, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> phases;
      for (int64_t i = begin; i < end; ++i) {
        const int64_t image = i / grid.channels, channel = i % grid.channels;
        for (int64_t y = 0; y < grid.height; ++y) {
          sum_row(from + channel * channel_apart + image * grid.places(), grid, window, y, phases,
                  to + i * grid.pixels() + y * grid.width);
        }
      }
    });
  });
  return map;
}

}  // namespace ganvas::kernels
