// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/evaluate.h"

#include <array>
#include <cstdio>

#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/image/resize.h"
#include "ganvas/nn/features.h"
#include "ganvas/store/features.h"

namespace ganvas {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

Json to_json(const Fidelity& f) {
  Json json = {{"l1", f.l1}, {"psnr", f.psnr}, {"ssim", f.ssim}, {"sharpness", f.sharpness}};
  if (f.features) json["features"] = *f.features;
  return json;
}

bool has_features(const Evaluation& evaluation) {
  const auto& figures = evaluation.rows.back().figures;
  return !figures.empty() && figures[0].features.has_value();
}

/// The figures of one picture beside the bicubic enlargement of its small copy.
void add_enlarged(Evaluation& evaluation, const Sample& sample, const Tensor& made,
                  const FeatureDistance& distance) {
  const int64_t scale = sample.b.size(1) / sample.a.size(1);
  evaluation.protocol = kLumaProtocol;
  evaluation.rows[0].name = "bicubic";
  const auto bicubic = resize(sample.a, sample.b.size(1), sample.b.size(2));
  const auto add = [&](EvaluationRow& row, const Tensor& enlarged) {
    row.figures.push_back(compare_luma(enlarged, sample.b, scale));
    if (distance) row.figures.back().features = distance(enlarged, sample.b);
  };
  add(evaluation.rows[0], bicubic);
  add(evaluation.rows[1], made);
}

/// Those of one mosaic, inside its region, beside its cells and their smooth interpolation.
void add_restored(Evaluation& evaluation, const Sample& sample, const Tensor& made) {
  if (evaluation.rows.size() == 2) {
    evaluation.protocol +=
        "; inside the mosaic region only; 'smooth' is the smooth interpolation of the cells "
        "(cubic, a = -0.75, between cell centres)";
    evaluation.rows[0].name = "smooth";
    evaluation.rows.insert(evaluation.rows.begin(), EvaluationRow{"mosaic", {}});
  }
  const auto region = region_of(sample);
  const auto smooth = sample.a.narrow(0, 0, sample.b.size(0));
  const auto cells = pixelate(sample.b, *sample.mosaic);
  evaluation.rows[0].figures.push_back(compare(cells, sample.b, region));
  evaluation.rows[1].figures.push_back(compare(smooth, sample.b, region));
  evaluation.rows[2].figures.push_back(compare(made, sample.b, region));
}

/// Those of one translation beside its input; of one set, of the translation alone.
void add_translated(Evaluation& evaluation, const Sample& sample, const Tensor& made,
                    const FeatureDistance& distance) {
  const auto& input = sample.a;
  const auto add = [&](EvaluationRow& row, const Tensor& shown) {
    row.figures.push_back(compare(shown, sample.b));
    if (distance) row.figures.back().features = distance(shown, sample.b);
  };
  if (sample.b.is_same(input)) {
    evaluation.rows = {std::move(evaluation.rows.back())};
  } else {
    add(evaluation.rows[0], input);
  }
  add(evaluation.rows.back(), made);
}

}  // namespace

Tensor region_of(const Sample& sample) {
  if (!sample.mosaic) return {};
  return mosaic_mask(*sample.mosaic, sample.b.size(1), sample.b.size(2));
}

FeatureDistance feature_distance_of(const std::string& network, const std::string& layer,
                                    const std::string& file) {
  const Frozen frozen{network, layer, file, feature_network(network, layer)};
  load_features(frozen);
  return [frozen](const Tensor& made, const Tensor& target) {
    const c10::NoGradGuard no_gradients;
    const auto features = [&](const Tensor& picture) {
      return frozen.network(picture.expand({3, -1, -1}).unsqueeze(0));
    };
    return feature_distance(features(made), features(target));
  };
}

Evaluation evaluate(const Translator& model, const Dataset& data, const OnPair& on_pair,
                    const FeatureDistance& distance) {
  Evaluation evaluation;
  evaluation.protocol = kFidelityProtocol;
  evaluation.rows = {{"input", {}}, {"model", {}}};
  for (int64_t i = 0; i < data.size() && !interrupted(); ++i) {
    auto sample = data.get(i, Random(0));
    if (!sample.b.defined()) sample.b = sample.a;  // one set: a picture should come back
    const auto made = model(sample.a);
    const int64_t scale = sample.b.size(1) / sample.a.size(1);
    if (scale > 1) {
      add_enlarged(evaluation, sample, made, distance);
    } else if (sample.mosaic) {
      add_restored(evaluation, sample, made);
    } else {
      add_translated(evaluation, sample, made, distance);
    }
    evaluation.names.push_back(sample.name);
    on_pair(i, sample, made);
  }
  return evaluation;
}

std::vector<std::vector<std::string>> mean_table(const Evaluation& evaluation) {
  std::vector<std::vector<std::string>> table = {
      {"", "L1 (levels)", "PSNR (dB)", "SSIM", "sharpness"}};
  if (has_features(evaluation)) table[0].push_back("feature distance");
  for (const auto& row : evaluation.rows) {
    const auto mean = mean_of(row.figures);
    table.push_back({row.name, fixed(mean.l1, 2), fixed(mean.psnr, 2), fixed(mean.ssim, 4),
                     fixed(mean.sharpness, 3)});
    if (mean.features) table.back().push_back(fixed(*mean.features, 4));
  }
  return table;
}

std::string to_csv(const Evaluation& evaluation) {
  std::string text = "name,row,l1,psnr,ssim,sharpness";
  text += has_features(evaluation) ? ",features\n" : "\n";
  for (size_t i = 0; i < evaluation.names.size(); ++i) {
    for (const auto& row : evaluation.rows) {
      const auto& f = row.figures[i];
      text += "\"" + evaluation.names[i] + "\"," + row.name + "," + fixed(f.l1, 4) + "," +
              fixed(f.psnr, 4) + "," + fixed(f.ssim, 6) + "," + fixed(f.sharpness, 4) +
              (f.features ? "," + fixed(*f.features, 6) : "") + "\n";
    }
  }
  return text;
}

std::string to_json_text(const Evaluation& evaluation) {
  Json json = {{"protocol", evaluation.protocol}, {"pictures", evaluation.names.size()}};
  for (const auto& row : evaluation.rows) json["mean"][row.name] = to_json(mean_of(row.figures));
  for (size_t i = 0; i < evaluation.names.size(); ++i) {
    Json item = {{"name", evaluation.names[i]}};
    for (const auto& row : evaluation.rows) item[row.name] = to_json(row.figures[i]);
    json["pairs"].push_back(item);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ganvas
