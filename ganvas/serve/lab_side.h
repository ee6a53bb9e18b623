// A small game of points, step by step, and what there is to see of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ganvas/core/json.h"
#include "ganvas/sampling/points.h"
#include "ganvas/train/match.h"

namespace ganvas {

/// A way to play that the lab offers: knobs of the method gan.
struct LabRecipe {
  std::string name, about;
  Settings settings;
};

/// The plain game first, then its cures.
const std::vector<LabRecipe>& lab_recipes();

/// A half-side of the square of the plane that the lab shows.
inline constexpr double kLabWindow = 2;

/// One game. For one thread at a time.
class LabSide {
 public:
  /// The source must outlive it.
  LabSide(const LabRecipe& recipe, const PointSource& source);

  /// Plays steps; the players of these names sit them out.
  void play(int64_t steps, const std::set<std::string>& resting);

  /// What is seen now: made points, what the discriminator thinks of each place, how it would move the points, where the
  /// generator puts a grid of its codes, losses, figures, and a sentence.
  Json frame();

 private:
  Tensor real_points(int64_t count);
  Tensor scores(const Tensor& points) const;
  Json arrows(const Tensor& made) const;
  std::string sentence(const Json& figures, double told_apart);

  const PointSource& source_;
  std::unique_ptr<Method> method_;
  Machine machine_;
  Match match_;
  Random random_;
  Tensor codes_;  // of the points that are shown
  PlayedTerms terms_;
  int64_t step_ = 0;
  int64_t modes_ = -1, modes_since_ = 0;  // how many have points, and since which step
};

}  // namespace ganvas
