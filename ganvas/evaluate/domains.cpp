// What a model is worth on two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/domains.h"

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/image/sheet.h"
#include "ganvas/inference/round_trip.h"
#include "ganvas/metrics/grid.h"

namespace ganvas {
namespace {

/// A mean in the making.
struct Mean {
  double sum = 0;
  int64_t count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const { return sum / static_cast<double>(count); }
};

/// The figures of one domain.
class DomainFigures {
 public:
  DomainFigures(const Model& model, const MeasureOptions& options, Direction way)
      : method_(model.method()),
        machine_(model.machine()),
        options_(options),
        way_(way),
        made_(options.inception) {}

  /// Image number i of the domain.
  void look(int64_t i, const Tensor& image, int64_t label) {
    const auto abilities = method_.abilities();
    if (abilities.translates(way_) && i < options_.most_translated) look_at_translation(image);
    if (abilities.predicts == Predicts::kNothing || i >= options_.most_classified) return;
    const auto told = predicts_right(method_, image, source_of(way_), label, machine_);
    if (told) right_.add(*told ? 1 : 0);
  }

  /// real: of the domain that images are translated to
  void append_to(Figures& figures, const Crowd& real) const {
    const std::string own = way_ == Direction::kAtoB ? "a" : "b";
    const std::string other = way_ == Direction::kAtoB ? "b" : "a";
    append_distances(figures, made_, real.inception(),
                     inception_names("", "_" + own + "_to_" + other));
    const auto append = [&](const std::string& name, const Mean& mean,
                            const char* unit = "of all") {
      if (mean.count > 0) figures.push_back({name, mean.value(), unit});
    };
    append("cycle_l1_" + own, cycle_, "of the range");
    append(own + "_taken_for_" + other, translated_);
    append("untouched_" + own + "_taken_for_" + other, untouched_);
    append("accuracy_" + own, right_);
    if (const auto grid = geometric_mean(grids_))
      figures.push_back({"grid_" + own, *grid, "of the original's"});
  }

  const std::vector<std::vector<Tensor>>& rows() const { return rows_; }
  const FeatureSet& made() const { return made_; }

 private:
  void look_at_translation(const Tensor& image) {
    const auto trip = round_trip(method_, image, way_, machine_);
    if (trip.again.defined()) cycle_.add(trip.distance(image));
    made_.add(trip.made);
    if (std::ssize(rows_) < options_.sheet_rows) {
      rows_.push_back({image, trip.made});
      if (trip.again.defined()) rows_.back().push_back(trip.again);
    }
    const auto before = grid_energy(image), after = grid_energy(trip.made);
    if (before && after) grids_.push_back(*after / *before);
    if (options_.judge == nullptr) return;
    const int64_t target = way_ == Direction::kAtoB ? 1 : 0;
    const auto is_taken = [&](const Tensor& shown) {
      return class_of(options_.judge->method(), shown, source_of(way_), machine_) == target ? 1 : 0;
    };
    translated_.add(is_taken(trip.made));
    untouched_.add(is_taken(image));
  }

  Method& method_;
  const Machine& machine_;
  const MeasureOptions& options_;
  Direction way_;
  std::vector<std::vector<Tensor>> rows_;  // of the sheet
  Mean cycle_, translated_, untouched_, right_;
  std::vector<double> grids_;  // of translations over their originals
  FeatureSet made_;            // translations
};

/// What pairs from noise are worth, once the data are known.
class PairsFromNoise {
 public:
  PairsFromNoise(const Model& model, const Derivation& derive, const MeasureOptions& options)
      : method_(model.method()),
        derive_(derive),
        options_(options),
        made_a_(options),
        made_b_(options),
        kept_(2) {}

  void draw() {
    draw_from_noise(method_, options_.samples,
                    [&](const std::vector<Tensor>& images) { look(images[0], images[1]); });
  }

  void append_to(Report& report, const Crowd& real_a, const Crowd& real_b) const {
    auto& figures = report.rows[0].figures;
    if (agreement_.count > 0) {
      figures.push_back({"pair_agreement", agreement_.value(), "of all"});
    }
    append_crowd(figures, made_a_, real_a, "_a");
    append_crowd(figures, made_b_, real_b, "_b");
    report.protocol += "; of each domain " + crowd_protocol(options_.samples, made_a_, real_a);
    report.made = kept_;
  }

 private:
  // The pixel agreement of Liu and Tuzel, NeurIPS 2016, section 4.
  void look(const Tensor& a, const Tensor& b) {
    made_a_.add(a);
    made_b_.add(b);
    if (std::ssize(kept_[0]) < options_.kept_samples) {
      kept_[0].push_back(a);
      kept_[1].push_back(b);
    }
    if (!derive_) return;
    const auto expected = derive_(a).gt(0);
    agreement_.add(expected.eq(b.gt(0)).to(at::kFloat).mean().item<double>());
  }

  Method& method_;
  const Derivation& derive_;
  const MeasureOptions& options_;
  Crowd made_a_, made_b_;
  Mean agreement_;
  std::vector<std::vector<Tensor>> kept_;
};

/// Rows from domain a at the left, from b at the right.
std::optional<Image> sheet_of(const DomainFigures& a, const DomainFigures& b) {
  auto rows = a.rows().empty() ? b.rows() : a.rows();
  if (rows.empty()) return std::nullopt;
  if (!a.rows().empty() && !b.rows().empty()) {
    rows.resize(std::min(rows.size(), b.rows().size()));
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].insert(rows[i].end(), b.rows()[i].begin(), b.rows()[i].end());
    }
  }
  return make_sheet(rows);
}

}  // namespace

Report measure_domains(const Model& model, const Dataset& data, const Derivation& derive,
                       const MeasureOptions& options) {
  const auto abilities = model.method().abilities();
  require_usage(options.features == nullptr || abilities.samples,
                "--features: of domains, is for methods that make images from noise; leave it out");
  const RandomStateScope keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  DomainFigures a(model, options, Direction::kAtoB), b(model, options, Direction::kBtoA);
  Crowd real_a(options), real_b(options);
  const bool keeps_real = abilities.samples || options.inception != nullptr;
  const int64_t all =
      std::min(data.size(), abilities.predicts == Predicts::kNothing
                                ? options.most_translated
                                : std::max(options.most_translated, options.most_classified));
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    if (i < data.count_a()) a.look(i, sample.a, sample.label_a);
    if (i < data.count_b()) b.look(i, sample.b, sample.label_b);
    if (keeps_real && i < data.count_a()) real_a.add(sample.a);
    if (keeps_real && i < data.count_b()) real_b.add(sample.b);
    options.on_image(i + 1, all);
  }
  if (interrupted()) return report_of_model("", {});
  auto report = report_of_model(
      c10::str(
          std::min(all, data.count_a()), " images of domain a and ", std::min(all, data.count_b()),
          " of domain b, resized to the training size, each counted once; cycle_l1 is the mean "
          "absolute difference as a share of the range; accuracies and shares are of 1; grid is "
          "the power of translations at periods of 2, 4 and 8 pixels over that beside them, "
          "divided by the same of their originals"),
      {});
  a.append_to(report.rows[0].figures, real_b);
  b.append_to(report.rows[0].figures, real_a);
  if (abilities.translates(Direction::kAtoB)) {
    report.protocol += distances_protocol(a.made(), real_b.inception(), kInceptionProtocol);
  }
  if (abilities.translates(Direction::kBtoA)) {
    report.protocol += distances_protocol(b.made(), real_a.inception(), kInceptionProtocol);
  }
  if (options.sheet_rows > 0) report.sheet = sheet_of(a, b);
  if (!abilities.samples || interrupted()) return report;
  PairsFromNoise made(model, derive, options);
  made.draw();
  if (interrupted()) return report;
  made.append_to(report, real_a, real_b);
  if (!report.sheet && options.sheet_rows > 0 && options.kept_samples > 0) {
    report.sheet = make_sheet(report.made);
  }
  return report;
}

}  // namespace ganvas
