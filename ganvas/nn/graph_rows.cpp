// The steps of a graph on rows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/graph_rows.h"

#include <algorithm>

#include <ATen/ops/cat.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

// Pixels that a step makes at a time, but so many rows at least: those at a cut, which are computed and dropped, must cost
// little.
constexpr int64_t kPixels = 1 << 15, kLeastRows = 16;

int64_t divided_up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/// The rows of a map that were made and will be looked at again.
class KeptRows {
 public:
  explicit KeptRows(int64_t height) : height_(height) {}

  int64_t height() const { return height_; }
  int64_t end() const { return top_ + (rows_.defined() ? rows_.size(2) : 0); }
  int64_t width() const { return rows_.size(3); }
  bool is_whole() const { return end() == height_; }

  void append(const Tensor& rows) {
    require(end() + rows.size(2) <= height_, "rows: got row ", end() + rows.size(2),
            " of an image of ", height_);
    rows_ = rows_.defined() ? at::cat({rows_, rows}, 2) : rows;
  }

  Tensor between(int64_t top, int64_t bottom) const {
    return rows_.narrow(2, top - top_, bottom - top);
  }

  /// Lets go of the rows above one, once they are half of what is kept.
  void release(int64_t row) {
    const int64_t count = std::min(row, end()) - top_;
    if (count <= 0 || 2 * count < rows_.size(2)) return;
    top_ += count;
    const int64_t left = rows_.size(2) - count;
    rows_ = left > 0 ? rows_.narrow(2, count, left).clone() : Tensor();
  }

 private:
  int64_t height_, top_ = 0;
  Tensor rows_;
};

class GraphRows final : public RowPass {
 public:
  GraphRows(std::vector<RowStep> steps, const std::vector<int64_t>& heights, RunStep run)
      : steps_(std::move(steps)),
        run_(std::move(run)),
        maps_(heights.begin(), heights.end()),
        made_(heights.size(), 0),
        readers_(heights.size()) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      for (const auto map : steps_[i].takes) readers_[map].push_back(i);
    }
  }

  Tensor next(const Tensor& rows) override {
    maps_[0].append(rows);
    made_[0] = maps_[0].end();
    while (advance()) {
    }
    auto& output = maps_.back();
    if (output.end() == handed_out_) return {};
    const auto done = output.between(handed_out_, output.end());
    handed_out_ = output.end();
    output.release(handed_out_);
    return done;
  }

 private:
  /// Carries out the last step that can make rows, so that no map piles up before it. False if none can.
  bool advance() {
    for (size_t i = steps_.size(); i-- > 0;) {
      const auto& step = steps_[i];
      const int64_t ready = ready_rows(step) - made_[step.makes];
      if (ready <= 0) continue;
      const auto& in = maps_[step.takes[0]];
      const int64_t width = std::max<int64_t>(1, in.width() * step.reach.up / step.reach.down);
      make(step, std::min(ready, std::max(kLeastRows, kPixels / width)));
      return true;
    }
    return false;
  }

  /// How many rows of a step's map its inputs allow.
  int64_t ready_rows(const RowStep& step) const {
    bool are_whole = true;
    int64_t end = maps_[step.takes[0]].end();
    for (const auto map : step.takes) {
      are_whole = are_whole && maps_[map].is_whole();
      end = std::min(end, maps_[map].end());
    }
    if (are_whole) return maps_[step.makes].height();
    return std::max<int64_t>(0, (end - step.reach.after) * step.reach.up / step.reach.down);
  }

  void make(const RowStep& step, int64_t count) {
    const auto [before, after, up, down] = step.reach;
    const int64_t top = made_[step.makes], bottom = top + count;
    const int64_t height = maps_[step.takes[0]].height();
    const int64_t first = std::max<int64_t>(0, top * down / up - before);
    const int64_t last = std::min(height, divided_up(bottom * down, up) + after);
    std::vector<Tensor> some(maps_.size());
    for (const auto map : step.takes) some[map] = maps_[map].between(first, last);
    const auto rows = run_(step.number, some);
    maps_[step.makes].append(rows.narrow(2, top - first * up / down, count));
    made_[step.makes] = bottom;
    for (const auto map : step.takes) release(map);
  }

  /// Of what is above all that its readers will look at.
  void release(size_t map) {
    int64_t needed = maps_[map].height();
    for (const auto reader : readers_[map]) {
      const auto& step = steps_[reader];
      const int64_t made = made_[step.makes];
      if (made == maps_[step.makes].height()) continue;
      needed = std::min(needed, made * step.reach.down / step.reach.up - step.reach.before);
    }
    maps_[map].release(needed);
  }

  std::vector<RowStep> steps_;
  RunStep run_;
  std::vector<KeptRows> maps_;
  std::vector<int64_t> made_;                 // rows of each map, in all
  std::vector<std::vector<size_t>> readers_;  // of each map: steps
  int64_t handed_out_ = 0;
};

}  // namespace

std::unique_ptr<RowPass> row_pass_of(std::vector<RowStep> steps,
                                     const std::vector<int64_t>& heights, RunStep run) {
  return std::make_unique<GraphRows>(std::move(steps), heights, std::move(run));
}

}  // namespace ganvas
