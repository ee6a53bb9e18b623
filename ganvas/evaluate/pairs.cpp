// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/pairs.h"

#include <algorithm>

#include "ganvas/core/interrupt.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/evaluate/fidelity_figures.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/project.h"
#include "ganvas/image/resize.h"
#include "ganvas/image/sheet.h"

namespace ganvas {
namespace {

/// The colours of an input, without its mask, as large as the target.
Tensor shown_input(const Sample& sample) {
  const auto colors = sample.a.narrow(0, 0, std::min(sample.a.size(0), sample.b.size(0)));
  return colors.sizes() == sample.b.sizes() ? colors
                                            : resize(colors, sample.b.size(1), sample.b.size(2));
}

/// Rows of input, made image and target, cut to one size.
class PairSheet {
 public:
  explicit PairSheet(const MeasureOptions& options) : options_(options) {}

  void add(const Sample& sample, const Tensor& made) {
    if (std::ssize(rows_) == options_.sheet_rows) return;
    const auto shown = [&](const Tensor& t) {
      const int64_t high = std::min(options_.sheet_side, t.size(1)),
                    wide = std::min(options_.sheet_side, t.size(2));
      return t.narrow(0, 0, made.size(0)).narrow(1, 0, high).narrow(2, 0, wide);
    };
    if (!rows_.empty() && rows_[0][0].sizes() != shown(made).sizes()) return;
    rows_.push_back({shown(shown_input(sample)), shown(made), shown(sample.b)});
  }

  std::optional<Image> image() const {
    return rows_.empty() ? std::nullopt : std::optional(make_sheet(rows_));
  }

 private:
  const MeasureOptions& options_;
  std::vector<std::vector<Tensor>> rows_;
};

std::vector<Tensor> held_restorations(const Sample& sample, const Tensor& made) {
  constexpr double kTop = 255;
  const auto smooth = shown_input(sample);
  const auto cells = round_to_levels(sample.pixelated);
  const auto held = [&](const Tensor& image) {
    return project_to_cells(image, cells, *sample.mosaic, kTop);
  };
  return {cells, smooth, made, held(smooth), held(made)};
}

}  // namespace

PairProtocol plain_protocol() {
  return {.versions = [](const Sample& sample,
                         const Tensor& made) { return std::vector<Tensor>{sample.a, made}; },
          .compare = [](const Tensor& shown, const Sample& s) { return compare(shown, s.b); }};
}

PairProtocol upscaling_protocol() {
  return {.words = kLumaProtocol,
          .rows = {"bicubic", "model", "model, held"},
          .versions =
              [](const Sample& sample, const Tensor& made) {
                return std::vector<Tensor>{shown_input(sample), made,
                                           project_to_reduction(made, sample.a)};
              },
          .compare =
              [](const Tensor& shown, const Sample& sample) {
                return compare_luma(shown, sample.b, sample.b.size(1) / sample.a.size(1));
              }};
}

PairProtocol mosaic_protocol() {
  return {.words = std::string(kFidelityProtocol) +
                   "; inside the mosaic region only; 'smooth' is the smooth interpolation of the "
                   "cells (cubic, a = -0.75, between cell centres); 'held' is projected: each cell "
                   "has its mean",
          .rows = {"mosaic", "smooth", "model", "smooth, held", "model, held"},
          .versions = held_restorations,
          .compare = [](const Tensor& shown, const Sample& sample) {
            return compare(shown, sample.b, sample.mosaic->mask);
          }};
}

PairProtocol masked_protocol() {
  return {
      .words = std::string(kFidelityProtocol) +
               "; inside the mask only; 'input' is the grey of the hidden part",
      .versions = [](const Sample& sample,
                     const Tensor& made) { return std::vector<Tensor>{shown_input(sample), made}; },
      .compare = [](const Tensor& shown,
                    const Sample& sample) { return compare(shown, sample.b, sample.mask); }};
}

Report measure_pairs(const Model& model, const Dataset& data, const PairProtocol& protocol,
                     const MeasureOptions& options, const OnPair& on_pair) {
  Report report{protocol.words, {}, {}};
  std::vector<std::vector<Fidelity>> fidelities(protocol.rows.size());
  std::vector<FeatureSet> made_sets(protocol.rows.size(), FeatureSet(options.inception));
  FeatureSet targets(options.inception);
  for (const auto& name : protocol.rows) report.rows.push_back({name, {}, {}});
  PairSheet sheet(options);
  const int64_t all = std::min(data.size(), options.most_translated);
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    const auto made = model(sample.a);
    const auto versions = protocol.versions(sample, made);
    targets.add(sample.b);
    for (size_t k = 0; k < versions.size(); ++k) {
      auto fidelity = protocol.compare(versions[k], sample);
      if (options.features) {
        fidelity.features =
            feature_distance(options.features(versions[k]), options.features(sample.b));
      }
      measure_perceptual(fidelity, versions[k], sample.b, options);
      made_sets[k].add(versions[k]);
      fidelities[k].push_back(fidelity);
      report.rows[k].each.push_back(figures_of(fidelity));
    }
    report.names.push_back(sample.name);
    if (i < options.comparisons) {
      report.comparisons.push_back({sample.name,
                                    {{"input", to_image(shown_input(sample))},
                                     {"model", to_image(made)},
                                     {"target", to_image(sample.b)}}});
    }
    sheet.add(sample, made);
    if (on_pair) on_pair(sample, made);
    options.on_image(i + 1, all);
  }
  if (report.names.empty() || interrupted()) return report;
  for (size_t k = 0; k < fidelities.size(); ++k) {
    report.rows[k].figures = figures_of(mean_of(fidelities[k]));
    append_distances(report.rows[k].figures, made_sets[k], targets, inception_names());
  }
  report.protocol +=
      perceptual_protocol(options) + distances_protocol(made_sets[0], targets, kInceptionProtocol);
  report.sheet = sheet.image();
  report.score = value_of(report.row("model").figures, "l1");
  if (options.features) {
    report.protocol +=
        "; feature distance: mean squared difference of unit vectors, of whole images, at " +
        options.features_name;
  }
  return report;
}

}  // namespace ganvas
