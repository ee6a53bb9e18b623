// A look at a method in training: figures and a sheet of pictures.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/validation.h"

#include <algorithm>

#include <ATen/ops/arange.h>

#include "ganvas/data/points.h"
#include "ganvas/image/resize.h"
#include "ganvas/image/scatter.h"
#include "ganvas/image/sheet.h"
#include "ganvas/metrics/fidelity.h"
#include "ganvas/metrics/points.h"
#include "ganvas/translate/padded.h"
#include "ganvas/translate/round_trip.h"

namespace ganvas {
namespace {

constexpr int64_t kMostValidated = 16;  // pictures
constexpr int64_t kMostClassified = 200;
constexpr size_t kSheetRows = 6;
constexpr int64_t kSampledColumns = 8;

using Rows = std::vector<std::vector<Tensor>>;

/// One direction's cycle figure; adds rows to the sheet.
double validate_way(Method& method, const Dataset& data, Direction way, const Machine& machine,
                    Rows& rows) {
  const bool returns = method.abilities().translates(opposite(way));
  const int64_t count = std::min(kMostValidated, data.size());
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto sample = data.get(i, Random(0));
    const auto& picture = way == Direction::kAtoB ? sample.a : sample.b;
    const auto trip = round_trip(method, picture, way, machine);
    std::vector<Tensor> row = {picture, trip.made};
    if (returns) {
      row.push_back(trip.again);
      sum += trip.distance(picture);
    }
    if (i < static_cast<int64_t>(kSheetRows)) rows.push_back(row);
  }
  return returns ? sum / static_cast<double>(count) : -1;
}

/// Adds a row of pictures from noise for each domain, if the method makes such.
void append_samples(Method& method, Rows& rows) {
  if (!method.abilities().samples) return;
  const auto columns = rows.empty() ? kSampledColumns : static_cast<int64_t>(rows[0].size());
  for (const auto& domain : method.sample(columns)) {
    rows.emplace_back();
    for (int64_t i = 0; i < columns; ++i) rows.back().push_back(domain[i].cpu());
  }
}

/// The share of pictures of a domain whose class, or domain, the method tells right; 0 without
/// labels.
double accuracy(Method& method, const Dataset& data, Direction domain, const Machine& machine) {
  const bool is_a = domain == Direction::kAtoB;
  const int64_t count = std::min(kMostClassified, is_a ? data.count_a() : data.count_b());
  int64_t right = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto sample = data.get(i, Random(0));
    const auto told = tells_right(method, is_a ? sample.a : sample.b, domain,
                                  is_a ? sample.label_a : sample.label_b, machine);
    right += told.value_or(false) ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(count);
}

}  // namespace

Validation validate_pairs(Method& method, const Dataset& data, int64_t most_side,
                          const Machine& machine) {
  std::vector<Fidelity> figures;
  Rows rows;
  for (int64_t i = 0; i < std::min(kMostValidated, data.size()); ++i) {
    const auto sample = data.get(i, Random(0));
    const auto made = translate_padded(method, sample.a, Direction::kAtoB, machine);
    const int64_t scale = sample.b.size(1) / sample.a.size(1);
    figures.push_back(scale > 1 ? compare_luma(made, sample.b, scale) : compare(made, sample.b));
    const auto input = resize(sample.a, made.size(1), made.size(2));
    const auto shown = [&](const Tensor& t) {
      const int64_t side = std::min({most_side, t.size(1), t.size(2)});
      return t.narrow(0, 0, made.size(0)).narrow(1, 0, side).narrow(2, 0, side);
    };
    if (rows.size() < kSheetRows && (rows.empty() || rows[0][0].sizes() == shown(made).sizes())) {
      rows.push_back({shown(input), shown(made), shown(sample.b)});
    }
  }
  const auto mean = mean_of(figures);
  return {{{"l1", mean.l1}, {"psnr", mean.psnr}, {"ssim", mean.ssim}}, make_sheet(rows), mean.l1};
}

Validation validate_pictures(Method& method, const Dataset& data, const Machine& machine) {
  Validation validation;
  Rows rows;
  if (method.abilities().translates(Direction::kAtoB)) {
    double sum = 0;
    const int64_t count = std::min(kMostValidated, data.size());
    rows.resize(2);
    for (int64_t i = 0; i < count; ++i) {
      const auto picture = data.get(i, Random(0)).a;
      const auto made = translate_padded(method, picture, Direction::kAtoB, machine);
      sum += (made - picture).abs().mean().item<double>() / 2;
      if (i >= kSampledColumns) continue;
      rows[0].push_back(picture);
      rows[1].push_back(made);
    }
    validation.numbers = {{"l1", sum / static_cast<double>(count)}};
  }
  if (method.abilities().tells == Tells::kClass) {
    validation.numbers.emplace_back("accuracy", accuracy(method, data, Direction::kAtoB, machine));
  }
  append_samples(method, rows);
  if (!rows.empty()) validation.sheet = make_sheet(rows);
  return validation;
}

Validation validate_points(Method& method, const Dataset& data) {
  constexpr int64_t kShown = 1000;
  const auto abilities = method.abilities();
  const auto made = method.sample(kJudgedPoints).front().flatten(1).cpu();
  const auto real = first_points(data, kJudgedPoints);
  Scatter scatter{real.slice(0, 0, kShown), made.slice(0, 0, kShown), {}};
  if (abilities.classes > 0) scatter.made_labels = at::arange(kShown).remainder(abilities.classes);
  if (abilities.tells == Tells::kReal) {
    const auto device = parameters_of(method).front().second.device();
    scatter.field = [&method, device](const Tensor& places) {
      const auto points = places.unsqueeze(2).unsqueeze(3).to(device);
      return method.classify(points, Direction::kAtoB).select(1, 0).cpu();
    };
  }
  return {point_figures(made, real, data.modes()), draw_scatter(scatter), {}};
}

Validation validate_domains(Method& method, const Dataset& data, const Machine& machine) {
  Validation validation;
  Rows rows;
  const auto abilities = method.abilities();
  for (const auto way : abilities.directions) {
    const double cycle = validate_way(method, data, way, machine, rows);
    if (cycle < 0) continue;
    validation.numbers.emplace_back(way == Direction::kAtoB ? "cycle_l1_a" : "cycle_l1_b", cycle);
  }
  if (rows.empty()) append_samples(method, rows);
  if (abilities.tells != Tells::kNothing) {
    validation.numbers.emplace_back("accuracy_a",
                                    accuracy(method, data, Direction::kAtoB, machine));
    validation.numbers.emplace_back("accuracy_b",
                                    accuracy(method, data, Direction::kBtoA, machine));
  }
  if (!rows.empty()) validation.sheet = make_sheet(rows);
  return validation;
}

}  // namespace ganvas
