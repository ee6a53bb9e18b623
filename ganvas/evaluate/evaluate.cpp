// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/evaluate.h"

#include <array>
#include <cstdio>

#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/project.h"
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
  if (f.grid) json["grid"] = *f.grid;
  if (f.features) json["features"] = *f.features;
  return json;
}

/// A figure that not every evaluation has.
struct OptionalFigure {
  const char* title;
  const char* column;  // of a CSV file
  std::optional<double> Fidelity::* value;
  int digits;
};
constexpr std::array<OptionalFigure, 2> kOptional = {
    {{"grid", "grid", &Fidelity::grid, 3},
     {"feature distance", "features", &Fidelity::features, 4}}};

bool has(const Evaluation& evaluation, const OptionalFigure& figure) {
  const auto& figures = evaluation.rows.back().figures;
  return std::any_of(figures.begin(), figures.end(),
                     [&](const Fidelity& f) { return (f.*figure.value).has_value(); });
}

/// The figures of one version of a sample's picture.
using Measure = std::function<Fidelity(const Tensor& shown)>;

/// Adds the bicubic enlargement of the small copy, and what was made held to that copy.
void add_enlarged(Evaluation& evaluation, const Sample& sample, const Tensor& made,
                  const Measure& measure) {
  evaluation.protocol = kLumaProtocol;
  evaluation.rows[0].name = "bicubic";
  const auto bicubic = resize(sample.a, sample.b.size(1), sample.b.size(2));
  evaluation.rows[0].figures.push_back(measure(bicubic));
  if (evaluation.rows.size() == 2) evaluation.rows.push_back({"model, held", {}});
  evaluation.rows[2].figures.push_back(measure(hold_to_reduction(made, sample.a)));
}

/// Adds a mosaic's cells, their smooth interpolation, and that and what was made held to the cells.
void add_restored(Evaluation& evaluation, const Sample& sample, const Tensor& made,
                  const Measure& measure) {
  constexpr double kTop = 255;
  if (evaluation.rows.size() == 2) {
    evaluation.protocol +=
        "; inside the mosaic region only; 'smooth' is the smooth interpolation of the cells "
        "(cubic, a = -0.75, between cell centres); 'held' is projected: each cell has its mean";
    evaluation.rows = {
        {"mosaic", {}}, {"smooth", {}}, {"model", {}}, {"smooth, held", {}}, {"model, held", {}}};
  }
  const auto smooth = sample.a.narrow(0, 0, sample.b.size(0));
  const auto cells = round_to_levels(sample.pixelated);
  const auto held = [&](const Tensor& picture) {
    return hold_to_cells(picture, cells, *sample.mosaic, kTop);
  };
  const std::vector<Tensor> shown = {cells, smooth, made, held(smooth), held(made)};
  for (size_t i = 0; i < shown.size(); ++i) {
    evaluation.rows[i].figures.push_back(measure(shown[i]));
  }
}

/// A field of a CSV file, RFC 4180.
std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

}  // namespace

Tensor region_of(const Sample& sample) {
  return sample.mosaic ? sample.mosaic->mask : Tensor();
}

Features features_of(const std::string& network, const std::string& layer,
                     const std::string& file) {
  require_usage(layer.find(',') == std::string::npos, "--feature-layer: got ", layer,
                ", expected one layer");
  const Frozen frozen{network, layer, file, feature_network(network, layer)};
  load_features(frozen);
  return [frozen](const Tensor& picture) {
    const c10::NoGradGuard no_gradients;
    return frozen.network(picture.expand({3, -1, -1}).unsqueeze(0));
  };
}

Evaluation evaluate(const Translator& model, const Dataset& data, const OnPair& on_pair,
                    const Features& features) {
  Evaluation evaluation;
  evaluation.protocol = kFidelityProtocol;
  evaluation.rows = {{"input", {}}, {"model", {}}};
  for (int64_t i = 0; i < data.size() && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    const auto made = model(sample.a);
    const int64_t scale = sample.b.size(1) / sample.a.size(1);
    const Measure measure = [&](const Tensor& shown) {
      auto figures = scale > 1 ? compare_luma(shown, sample.b, scale)
                               : compare(shown, sample.b, region_of(sample));
      if (features) {
        figures.features = feature_distance(features(shown), features(sample.b));
      }
      return figures;
    };
    if (scale > 1) {
      add_enlarged(evaluation, sample, made, measure);
    } else if (sample.mosaic) {
      add_restored(evaluation, sample, made, measure);
    } else {
      evaluation.rows[0].figures.push_back(measure(sample.a));
    }
    if (!sample.mosaic) evaluation.rows[1].figures.push_back(measure(made));
    evaluation.names.push_back(sample.name);
    on_pair(i, sample, made);
  }
  return evaluation;
}

std::vector<std::vector<std::string>> mean_table(const Evaluation& evaluation) {
  std::vector<std::vector<std::string>> table = {
      {"", "L1 (levels)", "PSNR (dB)", "SSIM", "sharpness"}};
  for (const auto& figure : kOptional) {
    if (has(evaluation, figure)) table[0].push_back(figure.title);
  }
  for (const auto& row : evaluation.rows) {
    const auto mean = mean_of(row.figures);
    table.push_back({row.name, fixed(mean.l1, 2), fixed(mean.psnr, 2), fixed(mean.ssim, 4),
                     fixed(mean.sharpness, 3)});
    for (const auto& figure : kOptional) {
      const auto& value = mean.*figure.value;
      if (has(evaluation, figure))
        table.back().push_back(value ? fixed(*value, figure.digits) : "-");
    }
  }
  return table;
}

std::string to_csv(const Evaluation& evaluation) {
  std::string text = "name,row,l1,psnr,ssim,sharpness";
  for (const auto& figure : kOptional) {
    if (has(evaluation, figure)) text += c10::str(",", figure.column);
  }
  text += "\n";
  for (size_t i = 0; i < evaluation.names.size(); ++i) {
    for (const auto& row : evaluation.rows) {
      const auto& f = row.figures[i];
      text += c10::str(quoted(evaluation.names[i]), ",", quoted(row.name), ",", fixed(f.l1, 4), ",",
                       fixed(f.psnr, 4), ",", fixed(f.ssim, 6), ",", fixed(f.sharpness, 4));
      for (const auto& figure : kOptional) {
        const auto& value = f.*figure.value;
        if (has(evaluation, figure)) text += c10::str(",", value ? fixed(*value, 6) : "");
      }
      text += "\n";
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
