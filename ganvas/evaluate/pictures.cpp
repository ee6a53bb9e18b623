// What a model of one set of pictures is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/pictures.h"

#include <ATen/ops/cat.h>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/metrics/distribution.h"
#include "ganvas/metrics/fidelity.h"
#include "ganvas/metrics/grid.h"

namespace ganvas {
namespace {

/// What is kept of a set of pictures to compare it with another.
class Crowd {
 public:
  explicit Crowd(const Features& features) : features_(features) {}

  /// Returns the picture's features, undefined where none are asked for.
  Tensor add(const Tensor& picture) {
    edges_ += edge_strength(picture);
    if (const auto grid = grid_energy(picture)) grids_.push_back(*grid);
    ++count_;
    if (!features_) return {};
    auto seen = features_(picture);
    vectors_.push_back(seen.mean({2, 3}));
    return seen;
  }

  double mean_edge() const { return edges_ / static_cast<double>(count_); }
  /// The geometric mean; nothing for pictures too small.
  std::optional<double> mean_grid() const { return geometric_mean(grids_); }
  Tensor vectors() const { return at::cat(vectors_); }

 private:
  const Features& features_;
  std::vector<Tensor> vectors_;
  std::vector<double> grids_;
  double edges_ = 0;
  int64_t count_ = 0;
};

Crowd crowd_from_noise(const Translator& model, const PictureTools& tools) {
  constexpr int64_t kAtOnce = 100;
  const KeepTorchRandom keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  Crowd made(tools.features);
  for (int64_t first = 0; first < tools.samples && !interrupted(); first += kAtOnce) {
    const auto pictures = model.method().sample(std::min(kAtOnce, tools.samples - first)).front();
    for (const auto& picture : pictures.cpu().unbind()) {
      made.add(picture);
      tools.on_made(picture);
    }
  }
  return made;
}

void append_fidelity(Numbers& numbers, const Fidelity& mean) {
  const Numbers named = {
      {"l1", mean.l1}, {"psnr", mean.psnr}, {"ssim", mean.ssim}, {"sharpness", mean.sharpness}};
  numbers.insert(numbers.end(), named.begin(), named.end());
  if (mean.grid) numbers.emplace_back("grid", *mean.grid);
  if (mean.features) numbers.emplace_back("features", *mean.features);
}

}  // namespace

Figures evaluate_pictures(const Translator& model, const Dataset& data, const PictureTools& tools) {
  const auto abilities = model.method().abilities();
  const bool translates = abilities.translates(Direction::kAtoB);
  if (!abilities.samples) model.check({});
  Crowd real(tools.features);
  std::vector<Fidelity> fidelities;
  for (int64_t i = 0; i < data.size() && !interrupted(); ++i) {
    const auto picture = data.get(i, Random(0)).a;
    const auto seen = real.add(picture);
    if (translates) {
      const auto again = model(picture);
      fidelities.push_back(compare(again, picture));
      if (tools.features) {
        fidelities.back().features = feature_distance(tools.features(again), seen);
      }
      tools.on_again(picture, again);
    }
    tools.on_picture(i + 1, data.size());
  }
  Figures figures;
  if (interrupted()) return figures;
  figures.protocol = c10::str(data.size(), " pictures resized to the training size; ");
  if (translates) {
    figures.protocol +=
        std::string("what comes back of each, beside it: ") + kFidelityProtocol + "; ";
    append_fidelity(figures.numbers, mean_of(fidelities));
  }
  if (abilities.samples) {
    const auto made = crowd_from_noise(model, tools);
    if (interrupted()) return figures;
    figures.protocol += c10::str(tools.samples,
                                 " pictures from noise: their mean gradient "
                                 "magnitude of luma over that of the data");
    figures.numbers.emplace_back("sample_sharpness", made.mean_edge() / real.mean_edge());
    const auto grid = made.mean_grid(), grid_of_data = real.mean_grid();
    if (grid && grid_of_data) {
      figures.protocol +=
          "; their power at periods of 2, 4 and 8 pixels over that beside them, over the same of "
          "the data";
      figures.numbers.emplace_back("sample_grid", *grid / *grid_of_data);
    }
    if (tools.features) {
      figures.protocol += "; kernel distance of features averaged over a picture";
      figures.numbers.emplace_back("sample_distance",
                                   kernel_distance(made.vectors(), real.vectors()));
    }
  }
  return figures;
}

}  // namespace ganvas
