// The half of a site for those who learn what a GAN does.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/lab.h"

#include <algorithm>

#include <ATen/ops/from_blob.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/text.h"
#include "ganvas/serve/gate.h"

namespace ganvas {
namespace {

constexpr int64_t kDrawnSide = 64;  // of a density that is drawn, in cells
constexpr size_t kMostBenches = 4;
constexpr int64_t kShownReal = 400, kMostSteps = 200;
constexpr auto kDrawn = "drawn";

/// Points of a density that a user drew, on the square from -1.5 to 1.5.
class DrawnSource final : public PointSource {
 public:
  /// cells: bytes of kDrawnSide rows from the top
  explicit DrawnSource(const std::string& cells) {
    std::vector<uint8_t> bytes(cells.begin(), cells.end());
    const auto levels =
        at::from_blob(bytes.data(), {kDrawnSide, kDrawnSide}, at::kByte).to(at::kDouble);
    require(levels.sum().item<double>() > 0, "nothing was drawn");
    unit_ = points_of_images({levels});
  }

  LabelledPoint draw(Random& random) const override {
    constexpr double kHalf = 1.5;
    const auto point = unit_->draw(random);
    return {kHalf * (2 * point.x - 1), kHalf * (2 * point.y - 1), 0};
  }

 private:
  std::unique_ptr<PointSource> unit_;
};

std::unique_ptr<PointSource> source_of(const HttpRequest& request) {
  const auto& name = request.parameter("density");
  if (name != kDrawn) {
    auto source = find_mixture(name);
    if (!source) throw HttpError(404, "there is no density '" + name.substr(0, 40) + "'");
    return source;
  }
  if (request.body.size() != kDrawnSide * kDrawnSide) {
    throw HttpError(400, c10::str("got a drawing of ", request.body.size(), " bytes, expected ",
                                  kDrawnSide * kDrawnSide));
  }
  return std::make_unique<DrawnSource>(request.body);
}

const LabRecipe& recipe_of(const std::string& name) {
  const auto& all = lab_recipes();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const LabRecipe& recipe) { return recipe.name == name; });
  if (found == all.end())
    throw HttpError(404, "there is no way to play called '" + name.substr(0, 40) + "'");
  return *found;
}

Json frames_of(const std::vector<std::unique_ptr<LabSide>>& sides) {
  Json frames = Json::array();
  for (const auto& side : sides) frames.push_back(side->frame());
  return frames;
}

}  // namespace

HttpResponse Lab::begin(const HttpRequest& request) {
  const auto& left = recipe_of(request.parameter("left"));
  const auto& right = recipe_of(request.parameter("right"));
  Bench bench{make_token(), source_of(request), {}};
  const std::scoped_lock lock(mutex_);
  const SingleThreadScope alone;
  for (const auto* recipe : {&left, &right})
    bench.sides.push_back(std::make_unique<LabSide>(*recipe, *bench.source));
  Json real = Json::array();
  Random random(0);
  for (int64_t i = 0; i < kShownReal; ++i) {
    const auto point = bench.source->draw(random);
    for (const double x : {point.x, point.y}) real.push_back(std::lround(1000 * x));
  }
  const Json told = {
      {"id", bench.id}, {"window", kLabWindow}, {"real", real}, {"sides", frames_of(bench.sides)}};
  benches_.push_back(std::move(bench));
  if (benches_.size() > kMostBenches) benches_.pop_front();
  return json_response(told);
}

HttpResponse Lab::play(const HttpRequest& request) {
  const auto& id = request.parameter("lab");
  const auto& who = request.parameter("who");
  const std::set<std::string> players = {"generator", "discriminator"};
  if (who != "both" && !players.contains(who))
    throw HttpError(400, "who: expected both, generator or discriminator");
  std::set<std::string> resting;
  for (const auto& player : players) {
    if (who != "both" && player != who) resting.insert(player);
  }
  const auto steps = request.number("steps", kMostSteps);
  const std::scoped_lock lock(mutex_);
  const SingleThreadScope alone;
  const auto bench = std::find_if(benches_.begin(), benches_.end(),
                                  [&](const Bench& each) { return each.id == id; });
  if (bench == benches_.end()) throw HttpError(404, "this game is no longer kept; begin a new one");
  for (const auto& side : bench->sides) side->play(steps, resting);
  return json_response(Json{{"sides", frames_of(bench->sides)}});
}

std::vector<Route> Lab::routes() {
  Json densities = mixture_names(), ways = Json::array();
  densities.push_back(kDrawn);
  for (const auto& recipe : lab_recipes())
    ways.push_back({{"name", recipe.name}, {"about", recipe.about}});
  const Json choices = {{"densities", densities}, {"ways", ways}, {"drawn_side", kDrawnSide}};
  return {
      {"GET", "/api/lab/choices", [choices](const HttpRequest&) { return json_response(choices); }},
      {"POST", "/api/lab/begin", [this](const HttpRequest& request) { return begin(request); },
       kDrawnSide * kDrawnSide},
      {"POST", "/api/lab/play", [this](const HttpRequest& request) { return play(request); }}};
}

}  // namespace ganvas
