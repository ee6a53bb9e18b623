// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/evaluate.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

Json to_json(const Fidelity& f) {
  return {{"l1", f.l1}, {"psnr", f.psnr}, {"ssim", f.ssim}, {"sharpness", f.sharpness}};
}

/// The figures of one picture beside the bicubic enlargement of its small copy.
void add_enlarged(Evaluation& evaluation, const Sample& sample, const Tensor& made, int64_t scale) {
  evaluation.protocol = kLumaProtocol;
  evaluation.rows[0].name = "bicubic";
  const auto bicubic = resize(sample.a, sample.b.size(1), sample.b.size(2));
  evaluation.rows[0].figures.push_back(compare_luma(bicubic, sample.b, scale));
  evaluation.rows[1].figures.push_back(compare_luma(made, sample.b, scale));
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
void add_translated(Evaluation& evaluation, const Sample& sample, const Tensor& made) {
  const auto& input = sample.a;
  if (sample.b.is_same(input)) {
    evaluation.rows = {std::move(evaluation.rows.back())};
  } else {
    evaluation.rows[0].figures.push_back(compare(input, sample.b));
  }
  evaluation.rows.back().figures.push_back(compare(made, sample.b));
}

}  // namespace

Tensor region_of(const Sample& sample) {
  if (!sample.mosaic) return {};
  return mosaic_mask(*sample.mosaic, sample.b.size(1), sample.b.size(2));
}

Evaluation evaluate(const Translator& model, const Dataset& data, const OnPair& on_pair) {
  Evaluation evaluation;
  evaluation.protocol = kFidelityProtocol;
  evaluation.rows = {{"input", {}}, {"model", {}}};
  for (int64_t i = 0; i < data.size() && !interrupted(); ++i) {
    auto sample = data.get(i, Random(0));
    if (!sample.b.defined()) sample.b = sample.a;  // one set: a picture should come back
    const auto made = model(sample.a);
    const int64_t scale = sample.b.size(1) / sample.a.size(1);
    if (scale > 1) {
      add_enlarged(evaluation, sample, made, scale);
    } else if (sample.mosaic) {
      add_restored(evaluation, sample, made);
    } else {
      add_translated(evaluation, sample, made);
    }
    evaluation.names.push_back(sample.name);
    on_pair(i, sample, made);
  }
  return evaluation;
}

std::vector<std::vector<std::string>> mean_table(const Evaluation& evaluation) {
  std::vector<std::vector<std::string>> table = {
      {"", "L1 (levels)", "PSNR (dB)", "SSIM", "sharpness"}};
  for (const auto& row : evaluation.rows) {
    const auto mean = mean_of(row.figures);
    table.push_back({row.name, fixed(mean.l1, 2), fixed(mean.psnr, 2), fixed(mean.ssim, 4),
                     fixed(mean.sharpness, 3)});
  }
  return table;
}

std::string to_csv(const Evaluation& evaluation) {
  std::string text = "name,row,l1,psnr,ssim,sharpness\n";
  for (size_t i = 0; i < evaluation.names.size(); ++i) {
    for (const auto& row : evaluation.rows) {
      const auto& f = row.figures[i];
      text += "\"" + evaluation.names[i] + "\"," + row.name + "," + fixed(f.l1, 4) + "," +
              fixed(f.psnr, 4) + "," + fixed(f.ssim, 6) + "," + fixed(f.sharpness, 4) + "\n";
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
