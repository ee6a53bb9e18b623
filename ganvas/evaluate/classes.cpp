// What a classifier of pictures is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/classes.h"

#include <ATen/ops/zeros.h>

#include "ganvas/core/interrupt.h"
#include "ganvas/translate/round_trip.h"

namespace ganvas {
namespace {

/// counts: [K, K] int64, true classes by told ones
Figures figures_of(const Tensor& counts, const std::vector<std::string>& names) {
  const auto number = [&](const Tensor& t) { return t.sum().item<double>(); };
  Figures figures;
  figures.confusion = {{"is \\ taken for"}};
  double recalls = 0, present = 0;
  Numbers parts;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto k = static_cast<int64_t>(i);
    const double right = number(counts[k][k]), all = number(counts[k]),
                 taken = number(counts.select(1, k));
    figures.confusion[0].push_back(names[i]);
    figures.confusion.push_back({names[i]});
    for (int64_t j = 0; j < counts.size(1); ++j) {
      figures.confusion.back().push_back(std::to_string(counts[k][j].item<int64_t>()));
    }
    if (all > 0) {
      parts.emplace_back("recall_" + names[i], right / all);
      recalls += right / all;
      ++present;
    }
    if (taken > 0) parts.emplace_back("precision_" + names[i], right / taken);
  }
  figures.numbers = {{"accuracy", number(counts.diagonal()) / number(counts)},
                     {"balanced_accuracy", recalls / present}};
  figures.numbers.insert(figures.numbers.end(), parts.begin(), parts.end());
  return figures;
}

}  // namespace

Figures evaluate_classes(const Translator& model, const Dataset& data,
                         const std::function<void(int64_t done, int64_t all)>& on_picture) {
  const auto names = model.info().task().classes();
  const auto count = static_cast<int64_t>(names.size());
  const auto counts = at::zeros({count, count}, at::kLong);
  const PrecisionScope precision(model.machine());
  for (int64_t i = 0; i < data.size() && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    on_picture(i + 1, data.size());
    if (sample.label_a == kNoLabel) continue;
    const auto told = class_of(model.method(), sample.a, Direction::kAtoB, model.machine());
    counts[sample.label_a][told].add_(1);
  }
  if (interrupted()) return {};
  const auto labelled = counts.sum().item<int64_t>();
  require(labelled > 0, "--data: got no folder of a class that the model knows, expected ",
          model.info().task().class_names);
  auto figures = figures_of(counts, names);
  figures.protocol = c10::str(labelled, " pictures resized to the training size");
  return figures;
}

}  // namespace ganvas
