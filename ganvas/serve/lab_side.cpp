// A small game of points, step by step.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/lab_side.h"

#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/erfinv.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/randn.h>
#include <nlohmann/json.hpp>

#include "ganvas/methods/method.h"
#include "ganvas/metrics/points.h"

namespace ganvas {
namespace {

constexpr int64_t kBatch = 256, kShown = 400, kArrows = 80, kFieldSide = 40, kGridSide = 13;

/// Whole thousandths: short in JSON.
Json thousandths(const Tensor& numbers) {
  const auto whole = (numbers.to(at::kDouble) * 1000).round().to(at::kLong).contiguous().flatten();
  return Json(
      std::vector<int64_t>(whole.data_ptr<int64_t>(), whole.data_ptr<int64_t>() + whole.numel()));
}

Tensor pairs_of(const Tensor& x, const Tensor& y) {
  const auto both = at::meshgrid({y, x}, "ij");
  return at::stack({both[1].flatten(), both[0].flatten()}, /*dim=*/1);
}

/// Codes at quantiles of N(0, 1), row by row: the generator's picture of them is its manifold.
Tensor grid_of_codes() {
  const auto u = at::linspace(-0.96, 0.96, kGridSide);
  const auto z = std::sqrt(2.0) * u.erfinv();
  return pairs_of(z, z);
}

Tensor places() {
  const auto along = at::linspace(-kLabWindow, kLabWindow, kFieldSide);
  return pairs_of(along, along);
}

Settings settings_of(const LabRecipe& recipe) {
  Settings all = {
      {"width", "64"}, {"discriminator-width", "64"}, {"hidden", "2"}, {"beta1", "0.5"}};
  all.insert(all.end(), recipe.settings.begin(), recipe.settings.end());
  return all;
}

std::unique_ptr<Method> method_of(const LabRecipe& recipe) {
  ImageSpec spec;
  spec.size = {1, 1};
  spec.channels_a = spec.channels_b = 2;
  return find_method("gan").build(settings_of(recipe), spec);
}

std::string percent(double share) {
  return c10::str(std::lround(100 * share), " %");
}

}  // namespace

const std::vector<LabRecipe>& lab_recipes() {
  static const std::vector<LabRecipe> all = {
      {"plain", "the game as Goodfellow et al. state it", {}},
      {"energy",
       "plus the energy distance between made and real points",
       {{"energy-weight", "10"}}},
      {"blur",
       "noise on all that the discriminator sees, which halves every 1000 steps",
       {{"blur", "0.5"}}},
      {"R1",
       "a penalty on the discriminator's slope at real points",
       {{"penalty", "r1"}, {"penalty-weight", "1"}}},
      {"WGAN-GP",
       "a critic with slope one, five moves for one of the generator",
       {{"objective", "wasserstein"},
        {"penalty", "gradient"},
        {"penalty-weight", "0.1"},
        {"critic-steps", "5"}}},
      {"octaves",
       "a discriminator that sees sines of the coordinates: finer detail, fewer modes",
       {{"octaves", "3"}}},
  };
  return all;
}

LabSide::LabSide(const LabRecipe& recipe, const PointSource& source)
    : source_(source), method_(method_of(recipe)), match_(*method_, machine_), random_(1) {
  codes_ = at::randn({kShown, method_->abilities().code});
}

Tensor LabSide::real_points(int64_t count) {
  const auto points = at::empty({count, 2});
  auto* numbers = points.data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    const auto point = source_.draw(random_);
    numbers[2 * i] = static_cast<float>(point.x);
    numbers[2 * i + 1] = static_cast<float>(point.y);
  }
  return points;
}

void LabSide::play(int64_t steps, const std::set<std::string>& resting) {
  match_.rest(resting);
  for (int64_t i = 0; i < steps; ++i) {
    const auto real = real_points(kBatch).unsqueeze(2).unsqueeze(3);
    for (const auto& [name, value] : match_.play({.a = real, .b = real, .step = step_}, step_)) {
      const auto known =
          std::find_if(terms_.begin(), terms_.end(),
                       [&, &name = name](const auto& term) { return term.first == name; });
      if (known == terms_.end())
        terms_.emplace_back(name, value);
      else
        known->second = value;
    }
    ++step_;
  }
}

Tensor LabSide::scores(const Tensor& points) const {
  return method_->classify(points.to(at::kFloat).unsqueeze(2).unsqueeze(3), Domain::kA)
      .select(1, 0);
}

/// The slope of the discriminator's score at made points, by differences: the way in which the generator is pulled.
Json LabSide::arrows(const Tensor& made) const {
  constexpr double kStep = 1e-2;
  const auto from = made.slice(0, 0, kArrows);
  const auto x = at::zeros_like(from), y = at::zeros_like(from);
  x.select(1, 0).fill_(kStep);
  y.select(1, 1).fill_(kStep);
  const auto all = scores(at::cat({from + x, from - x, from + y, from - y})).chunk(4);
  const auto slope = at::stack({all[0] - all[1], all[2] - all[3]}, 1) / (2 * kStep);
  return thousandths(slope.clamp(-50, 50));
}

std::string LabSide::sentence(const Json& figures, double told_apart) {
  std::string text;
  if (figures.contains("modes")) {
    const auto all = source_.modes().centres.size(0);
    const auto modes = static_cast<int64_t>(figures["modes"].get<double>());
    if (modes != modes_) {
      modes_ = modes;
      modes_since_ = step_;
    }
    text = c10::str(modes, " of ", all, " modes since step ", modes_since_, ", and ",
                    percent(figures["good"].get<double>()), " of the points near one. ");
    if (step_ > 500 && 2 * modes < all) text += "The generator makes few of them: mode collapse. ";
  } else {
    std::array<char, 64> number{};
    std::snprintf(number.data(), number.size(), "%.3f", figures["energy_distance"].get<double>());
    text = c10::str("Energy distance ", number.data(), " from the data. ");
  }
  if (told_apart > 0.95)
    return text + "The discriminator tells nearly all points apart: the generator is far behind.";
  if (told_apart < 0.6) return text + "The discriminator hardly tells made from real.";
  return text + "The discriminator tells " + percent(told_apart) + " of the points apart.";
}

Json LabSide::frame() {
  const auto made = method_->decode(codes_, {}).flatten(1).to(at::kFloat);
  const auto real = real_points(kJudgedPoints);
  const auto judged = method_->sample(kJudgedPoints).front().flatten(1).to(at::kFloat);
  Json figures = Json::object(), losses = Json::object();
  for (const auto& [name, value] : point_figures(judged, real, source_.modes()))
    figures[name] = value;
  for (const auto& [name, value] : terms_) losses[name] = value;
  // Scores need not be around 0: a critic's are shown about the middle between both kinds.
  const auto of_real = scores(real), of_made = scores(judged);
  const double middle = (of_real.mean().item<double>() + of_made.mean().item<double>()) / 2;
  const auto is_right = at::cat({of_real.gt(middle), of_made.le(middle)}).to(at::kDouble);
  Json frame = {{"step", step_},
                {"made", thousandths(made)},
                {"field", thousandths((scores(places()) - middle).sigmoid())},
                {"arrows", arrows(made)},
                {"losses", losses},
                {"figures", figures},
                {"says", sentence(figures, is_right.mean().item<double>())}};
  if (codes_.size(1) == 2)
    frame["grid"] = thousandths(method_->decode(grid_of_codes(), {}).flatten(1));
  return frame;
}

}  // namespace ganvas
