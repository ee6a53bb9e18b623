// What a classifier of images is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/classes.h"

#include <algorithm>

#include <ATen/ops/zeros.h>

#include "ganvas/core/interrupt.h"
#include "ganvas/inference/round_trip.h"

namespace ganvas {
namespace {

/// counts: [K, K] int64, true classes by told ones
Report report_of(const Tensor& counts, const std::vector<std::string>& names) {
  constexpr auto kShare = "of all";
  const auto number = [&](const Tensor& t) { return t.sum().item<double>(); };
  TextTable confusion = {{"is \\ taken for"}};
  double recalls = 0, present = 0;
  Figures parts;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto k = static_cast<int64_t>(i);
    const double right = number(counts[k][k]), all = number(counts[k]),
                 taken = number(counts.select(1, k));
    confusion[0].push_back(names[i]);
    confusion.push_back({names[i]});
    for (int64_t j = 0; j < counts.size(1); ++j) {
      confusion.back().push_back(std::to_string(counts[k][j].item<int64_t>()));
    }
    if (all > 0) {
      parts.push_back({"recall_" + names[i], right / all, kShare});
      recalls += right / all;
      ++present;
    }
    if (taken > 0) parts.push_back({"precision_" + names[i], right / taken, kShare});
  }
  Figures figures = {{"accuracy", number(counts.diagonal()) / number(counts), kShare},
                     {"balanced_accuracy", recalls / present, kShare}};
  figures.insert(figures.end(), parts.begin(), parts.end());
  auto report = report_of_model(c10::str(static_cast<int64_t>(number(counts)),
                                         " labelled images resized to the training size"),
                                figures);
  report.confusion = confusion;
  return report;
}

}  // namespace

Report measure_classes(const Model& model, const Dataset& data, const MeasureOptions& options) {
  const auto spec = model.info().image_spec();
  const auto names = spec.classes();
  const auto count = static_cast<int64_t>(names.size());
  const auto counts = at::zeros({count, count}, at::kLong);
  const PrecisionScope precision(model.machine());
  const int64_t all = std::min(data.size(), options.most_classified);
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto sample = data.get(i * data.size() / all, Random(0));  // of every class some
    options.on_image(i + 1, all);
    if (sample.label_a == kNoLabel) continue;
    const auto told = class_of(model.method(), sample.a, Domain::kA, model.machine());
    counts[sample.label_a][told].add_(1);
  }
  if (interrupted()) return {};
  require(counts.sum().item<int64_t>() > 0,
          "--data: got no folder of a class that the model knows, expected ", spec.class_names);
  return report_of(counts, names);
}

}  // namespace ganvas
