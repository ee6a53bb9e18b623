// What a model is worth on two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/domains.h"

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/data/pictures.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/metrics/grid.h"
#include "ganvas/translate/round_trip.h"

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
  DomainFigures(const Translator& model, const DomainTools& tools, Direction way)
      : method_(model.method()), machine_(model.machine()), tools_(tools), way_(way) {}

  void look(const Tensor& picture, int64_t label) {
    const auto abilities = method_.abilities();
    if (abilities.translates(way_)) look_at_translation(picture);
    if (abilities.tells == Tells::kNothing) return;
    const auto told = tells_right(method_, picture, way_, label, machine_);
    if (told) right_.add(*told ? 1 : 0);
  }

  void append_to(Numbers& figures) const {
    const std::string own = way_ == Direction::kAtoB ? "a" : "b";
    const std::string other = way_ == Direction::kAtoB ? "b" : "a";
    const auto append = [&](const std::string& name, const Mean& mean) {
      if (mean.count > 0) figures.emplace_back(name, mean.value());
    };
    append("cycle_l1_" + own, cycle_);
    append(own + "_taken_for_" + other, translated_);
    append("untouched_" + own + "_taken_for_" + other, untouched_);
    append("accuracy_" + own, right_);
    if (const auto grid = geometric_mean(grids_)) figures.emplace_back("grid_" + own, *grid);
  }

 private:
  void look_at_translation(const Tensor& picture) {
    const auto trip = round_trip(method_, picture, way_, machine_);
    if (trip.again.defined()) cycle_.add(trip.distance(picture));
    tools_.on_translated(way_, picture, trip.made, trip.again);
    const auto before = grid_energy(picture), after = grid_energy(trip.made);
    if (before && after) grids_.push_back(*after / *before);
    if (tools_.judge == nullptr) return;
    const int64_t target = way_ == Direction::kAtoB ? 1 : 0;
    const auto is_taken = [&](const Tensor& shown) {
      return class_of(tools_.judge->method(), shown, way_, machine_) == target ? 1 : 0;
    };
    translated_.add(is_taken(trip.made));
    untouched_.add(is_taken(picture));
  }

  Method& method_;
  const Machine& machine_;
  const DomainTools& tools_;
  Direction way_;
  Mean cycle_, translated_, untouched_, right_;
  std::vector<double> grids_;  // of translations over their originals
};

/// What pairs from noise are worth, once the data are known.
class PairsFromNoise {
 public:
  PairsFromNoise(const Translator& model, const DomainTools& tools)
      : method_(model.method()), tools_(tools), made_a_(tools.features), made_b_(tools.features) {}

  void draw() {
    constexpr int64_t kAtOnce = 100;
    for (int64_t first = 0; first < tools_.samples && !interrupted(); first += kAtOnce) {
      const auto domains = method_.sample(std::min(kAtOnce, tools_.samples - first));
      const auto a = domains[0].cpu(), b = domains[1].cpu();
      for (int64_t i = 0; i < a.size(0); ++i) look(a[i], b[i]);
    }
  }

  void append_to(Figures& figures, const Crowd& real_a, const Crowd& real_b) const {
    if (agreement_.count > 0) figures.numbers.emplace_back("pair_agreement", agreement_.value());
    append_crowd(figures.numbers, made_a_, real_a, "_a");
    append_crowd(figures.numbers, made_b_, real_b, "_b");
    figures.protocol += "; of each domain " + crowd_protocol(tools_.samples, made_a_);
  }

 private:
  // The pixel agreement of Liu and Tuzel, NeurIPS 2016, section 4.
  void look(const Tensor& a, const Tensor& b) {
    made_a_.add(a);
    made_b_.add(b);
    tools_.on_made(a, b);
    if (tools_.derive_b == "none") return;
    const auto expected = derive_picture(tools_.derive_b, a).gt(0);
    agreement_.add(expected.eq(b.gt(0)).to(at::kFloat).mean().item<double>());
  }

  Method& method_;
  const DomainTools& tools_;
  Crowd made_a_, made_b_;
  Mean agreement_;
};

}  // namespace

Figures evaluate_domains(const Translator& model, const Dataset& data, const DomainTools& tools) {
  Figures evaluation;
  const KeepTorchRandom keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  DomainFigures a(model, tools, Direction::kAtoB), b(model, tools, Direction::kBtoA);
  const bool samples = model.method().abilities().samples;
  Crowd real_a(tools.features), real_b(tools.features);
  const int64_t all = data.size();
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    if (i < data.count_a()) a.look(sample.a, sample.label_a);
    if (i < data.count_b()) b.look(sample.b, sample.label_b);
    if (samples && i < data.count_a()) real_a.add(sample.a);
    if (samples && i < data.count_b()) real_b.add(sample.b);
    tools.on_picture(i + 1, all);
  }
  a.append_to(evaluation.numbers);
  b.append_to(evaluation.numbers);
  evaluation.protocol = c10::str(
      data.count_a(), " pictures of domain a and ", data.count_b(),
      " of domain b, resized to the training size, each counted once; cycle_l1 is the "
      "mean absolute "
      "difference as a share of the range; accuracies and shares are of 1; grid is the power of "
      "translations at periods of 2, 4 and 8 pixels over that beside them, divided by the "
      "same of their originals");
  if (!samples || interrupted()) return evaluation;
  PairsFromNoise made(model, tools);
  made.draw();
  if (!interrupted()) made.append_to(evaluation, real_a, real_b);
  return evaluation;
}

}  // namespace ganvas
