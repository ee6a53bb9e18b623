// What a model is worth on two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/domains.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/data/pictures.h"

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

Direction back(Direction way) {
  return way == Direction::kAtoB ? Direction::kBtoA : Direction::kAtoB;
}

/// The class that a method's classifier gives one picture.
int64_t class_of(const Translator& model, const Tensor& picture, Direction domain) {
  const auto batch = picture.unsqueeze(0).to(model.machine().device);
  return model.method().classify(batch, domain).argmax(1).item<int64_t>();
}

/// The figures of one domain.
class DomainFigures {
 public:
  DomainFigures(const Translator& model, const DomainTools& tools, Direction way)
      : model_(model), tools_(tools), way_(way) {
    const auto ways = model.method().abilities().directions;
    const auto has = [&](Direction d) {
      return std::find(ways.begin(), ways.end(), d) != ways.end();
    };
    translates_ = has(way);
    returns_ = translates_ && has(back(way));
  }

  void look(const Tensor& picture, int64_t label) {
    if (translates_) look_at_translation(picture);
    const auto tells = model_.method().abilities().tells;
    if (tells == Tells::kNothing) return;
    if (tells == Tells::kDomain) label = way_ == Direction::kAtoB ? 0 : 1;
    if (label != kNoLabel) right_.add(class_of(model_, picture, way_) == label ? 1 : 0);
  }

  void append_to(std::vector<std::pair<std::string, double>>& figures) const {
    const std::string own = way_ == Direction::kAtoB ? "a" : "b";
    const std::string other = way_ == Direction::kAtoB ? "b" : "a";
    const auto append = [&](const std::string& name, const Mean& mean) {
      if (mean.count > 0) figures.emplace_back(name, mean.value());
    };
    append("cycle_l1_" + own, cycle_);
    append(own + "_taken_for_" + other, translated_);
    append("untouched_" + own + "_taken_for_" + other, untouched_);
    append("accuracy_" + own, right_);
  }

 private:
  void look_at_translation(const Tensor& picture) {
    const auto made = model_(picture, {.direction = way_});
    Tensor again;
    if (returns_) {
      again = model_(made, {.direction = back(way_)});
      cycle_.add((again - picture).abs().mean().item<double>() / 2);  // of a range of [-1, 1]
    }
    tools_.on_translated(way_, picture, made, again);
    if (tools_.judge == nullptr) return;
    const int64_t target = way_ == Direction::kAtoB ? 1 : 0;
    translated_.add(class_of(*tools_.judge, made, way_) == target ? 1 : 0);
    untouched_.add(class_of(*tools_.judge, picture, way_) == target ? 1 : 0);
  }

  const Translator& model_;
  const DomainTools& tools_;
  Direction way_;
  bool translates_ = false, returns_ = false;
  Mean cycle_, translated_, untouched_, right_;
};

/// The pixel agreement of pairs from noise: Liu and Tuzel, NeurIPS 2016, section 4.
double pair_agreement(Method& method, const std::string& kind, int64_t count) {
  constexpr int64_t kAtOnce = 100;
  Mean agreement;
  for (int64_t first = 0; first < count; first += kAtOnce) {
    const auto domains = method.sample(std::min(kAtOnce, count - first));
    for (int64_t i = 0; i < domains[0].size(0); ++i) {
      const auto expected = derive_picture(kind, domains[0][i].cpu()).gt(0);
      agreement.add(expected.eq(domains[1][i].cpu().gt(0)).to(at::kFloat).mean().item<double>());
    }
  }
  return agreement.value();
}

}  // namespace

DomainEvaluation evaluate_domains(const Translator& model, const Dataset& data,
                                  const DomainTools& tools) {
  DomainEvaluation evaluation;
  DomainFigures a(model, tools, Direction::kAtoB), b(model, tools, Direction::kBtoA);
  const int64_t all = data.size();
  for (int64_t i = 0; i < all && !interrupted(); ++i) {
    const auto sample = data.get(i, Random(0));
    if (i < data.count_a()) a.look(sample.a, sample.label_a);
    if (i < data.count_b()) b.look(sample.b, sample.label_b);
    tools.on_picture(i + 1, all);
  }
  a.append_to(evaluation.figures);
  b.append_to(evaluation.figures);
  const auto abilities = model.method().abilities();
  if (abilities.samples && tools.derive_b != "none") {
    evaluation.figures.emplace_back("pair_agreement",
                                    pair_agreement(model.method(), tools.derive_b, tools.samples));
  }
  evaluation.protocol =
      c10::str(data.count_a(), " pictures of domain a and ", data.count_b(),
               " of domain b, resized to the training size, each counted once; cycle_l1 is the "
               "mean absolute "
               "difference as a share of the range; accuracies and shares are of 1");
  return evaluation;
}

std::vector<std::vector<std::string>> figure_table(const DomainEvaluation& evaluation) {
  std::vector<std::vector<std::string>> table = {{"figure", "value"}};
  for (const auto& [name, value] : evaluation.figures) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f", value);
    table.push_back({name, text.data()});
  }
  return table;
}

std::string to_json_text(const DomainEvaluation& evaluation) {
  Json json = {{"protocol", evaluation.protocol}};
  for (const auto& [name, value] : evaluation.figures) json[name] = value;
  return json.dump(2) + "\n";
}

}  // namespace ganvas
