// What a model of one set of images is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/images.h"

#include <algorithm>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/evaluate/fidelity_figures.h"
#include "ganvas/image/sheet.h"

namespace ganvas {
namespace {

constexpr int64_t kMadeColumns = 8;  // of images from noise, on the sheet

using Rows = std::vector<std::vector<Tensor>>;

/// Images beside what comes back of them, and behind both images from noise.
class ImageSheet {
 public:
  explicit ImageSheet(int64_t most_rows) : most_(most_rows) {}

  void add(const Tensor& image, const Tensor& again) {
    if (std::ssize(rows_) < most_) rows_.push_back({image, again});
  }

  void add_made(const Tensor& made) {
    const int64_t row = most_ == 0 ? 0 : count_++ % most_;
    if (most_ == 0 || count_ > most_ * kMadeColumns) return;
    if (row >= std::ssize(rows_)) rows_.emplace_back();
    rows_[static_cast<size_t>(row)].push_back(made);
  }

  std::optional<Image> image() const {
    return rows_.empty() ? std::nullopt : std::optional(make_sheet(rows_));
  }

 private:
  int64_t most_, count_ = 0;
  Rows rows_;
};

/// Measures images from noise beside those of the data.
void add_noise(Report& report, const Model& model, const Crowd& real, ImageSheet& sheet,
               const MeasureOptions& options) {
  const RandomStateScope keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  Crowd made(options);
  report.made.resize(1);
  draw_from_noise(model.method(), options.samples, [&](const std::vector<Tensor>& images) {
    const auto& image = images.front();
    made.add(image);
    sheet.add_made(image);
    if (std::ssize(report.made[0]) < options.kept_samples) report.made[0].push_back(image);
  });
  report.protocol += crowd_protocol(options.samples, made, real);
  append_crowd(report.rows[0].figures, made, real);
}

}  // namespace

Report measure_images(const Model& model, const Dataset& data, const MeasureOptions& options) {
  const auto abilities = model.method().abilities();
  const bool translates = abilities.translates(Direction::kAtoB);
  if (!abilities.samples) model.check({});
  require_usage(
      abilities.samples || options.inception == nullptr,
      "--fid-weights: of one set, is for methods that make images from noise; leave it out");
  Crowd real(options);
  ImageSheet sheet(options.sheet_rows);
  std::vector<Fidelity> fidelities;
  const int64_t all = std::min(data.size(), options.most_translated);
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto image = data.get(i, Random(0)).a;
    const auto seen = real.add(image);
    if (translates) {
      const auto again = model(image);
      fidelities.push_back(compare(again, image));
      if (options.features) {
        fidelities.back().features = feature_distance(options.features(again), seen);
      }
      measure_perceptual(fidelities.back(), again, image, options);
      sheet.add(image, again);
    }
    options.on_image(i + 1, all);
  }
  auto report = report_of_model(c10::str(all, " images resized to the training size; "), {});
  if (interrupted()) return report;
  if (translates) {
    report.protocol += std::string("what comes back of each, beside it: ") + kFidelityProtocol +
                       perceptual_protocol(options) + "; ";
    report.rows[0].figures = figures_of(mean_of(fidelities));
  }
  if (abilities.samples) add_noise(report, model, real, sheet, options);
  report.sheet = sheet.image();
  return report;
}

}  // namespace ganvas
