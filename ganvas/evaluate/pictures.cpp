// What a model of one set of pictures is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/pictures.h"

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/metrics/fidelity.h"

namespace ganvas {
namespace {

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
    figures.protocol += crowd_protocol(tools.samples, made);
    append_crowd(figures.numbers, made, real);
  }
  return figures;
}

}  // namespace ganvas
