// Plain regression with an L1 loss: the smallest method there is, and the page to copy when adding
// one.
// SPDX-License-Identifier: Apache-2.0

#include "ganvas/methods/generator.h"
#include "ganvas/methods/method.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

class Regress final : public Method {
 public:
  static constexpr auto kName = "regress";
  static constexpr auto kSummary = "paired translation by L1 regression, no adversary";
  static constexpr auto kPaper = "";
  static constexpr auto kTask = Task::kPairs;

  struct Config {
    GeneratorConfig generator;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      generator.visit(v);
      optimizer.visit(v);
    }
  };

  Regress(const Config& config, const ImageSpec& spec)
      : config_(config), generator_(config.generator, spec) {
    add_network("generator", generator_.network());
  }

  Game game() override {
    return {.players = {{.name = "generator",
                         .trains = {generator_.network()},
                         .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                         .optimizer = config_.optimizer}},
            .repeats = true};
  }

  Tensor run_translation(const Tensor& a, Direction) override { return generator_.translate(a); }
  int64_t size_multiple() const override { return generator_.size_multiple(); }

 private:
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    losses.add("l1", mean_absolute_difference(generator_.forward(batch.a), batch.b));
    return losses;
  }

  Config config_;
  Generator generator_;
};

}  // namespace

MethodEntry regress() {
  return entry<Regress>();
}

}  // namespace ganvas
