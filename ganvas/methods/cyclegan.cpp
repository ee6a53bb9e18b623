// CycleGAN: two generators that undo each other learn to translate without pairs.
// Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
// ICCV 2017 (arXiv:1703.10593).
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/discriminator.h"
#include "ganvas/methods/generator.h"
#include "ganvas/methods/history_pool.h"
#include "ganvas/methods/method.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

class CycleGan final : public Method {
 public:
  static constexpr auto kName = "cyclegan";
  static constexpr auto kSummary = "unpaired translation, both ways, held by cycle consistency";
  static constexpr auto kPaper = "arXiv:1703.10593";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    GeneratorConfig generator{
        .generator = "resnet", .norm = NormKind::kInstance, .dropout = Dropout::kNone};
    DiscriminatorConfig discriminator;
    AdversaryConfig adversary{.objective = Adversarial::kLeastSquares};
    AugmentConfig augment;
    double cycle_weight = 10;
    double identity_weight = 0.5;
    int64_t pool_size = 50;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      generator.visit(v);
      discriminator.visit(v);
      adversary.visit(v);
      augment.visit(v);
      v("cycle-weight", cycle_weight, "weight of the cycle terms (lambda in Eq. 3)", Range{0, 1e6});
      v("identity-weight", identity_weight,
        "weight of the identity terms as a share of --cycle-weight: keeps colours; 0 for label "
        "maps",
        Range{0, 1e3});
      v("pool-size", pool_size, "earlier fakes that a discriminator is shown again", Range{0, 1e4});
      optimizer.visit(v);
    }
  };

  CycleGan(const Config& config, const ImageSpec& spec)
      : config_(config),
        adversary_(config.adversary, config.discriminator.norm(config.generator.norm)),
        to_b_(config.generator, spec),
        to_a_(config.generator, spec.reversed()),
        pool_a_(config.pool_size, {spec.channels_a, spec.size.height, spec.size.width}),
        pool_b_(config.pool_size, {spec.channels_b, spec.size.height, spec.size.width}) {
    require_usage(config.identity_weight == 0 || spec.channels_a == spec.channels_b,
                  "--identity-weight: got ", config.identity_weight, " for domains of ",
                  spec.channels_a, " and ", spec.channels_b,
                  " channels, between which there is no identity; use 0");
    add_network("generator_ab", to_b_.network());
    add_network("generator_ba", to_a_.network());
    const auto norm = config.generator.norm;
    const auto discriminator = [&](int64_t channels) {
      return config.augment.applied_to(config.discriminator.make(channels, norm), {channels});
    };
    discriminator_a_ = add_network("discriminator_a", discriminator(spec.channels_a));
    discriminator_b_ = add_network("discriminator_b", discriminator(spec.channels_b));
    add_memory("pool_a", pool_a_.tensors());
    add_memory("pool_b", pool_b_.tensors());
  }

  // The generators move first, as in the PyTorch code; the Lua code moves each network by itself.
  Game game() override {
    return {
        .players = {{.name = "generator",
                     .trains = {to_b_.network(), to_a_.network()},
                     .losses = {[this](const Batch& batch) { return loss_of_a(batch); },
                                [this](const Batch& batch) { return loss_of_b(batch); }},
                     .optimizer = config_.optimizer},
                    {.name = "discriminator",
                     .trains = {discriminator_a_, discriminator_b_},
                     .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
                     .optimizer = config_.discriminator.optimizer(config_.optimizer),
                     .clip = adversary_.clip()}},
        .repeats = true};
  }

  void decide(const Batch& batch) override {
    pool_a_.decide(batch.b.size(0), batch.b.device());
    pool_b_.decide(batch.a.size(0), batch.a.device());
  }

  Abilities abilities() const override { return {{Direction::kAtoB, Direction::kBtoA}}; }

  Tensor run_translation(const Tensor& images, Direction direction) override {
    return (direction == Direction::kAtoB ? to_b_ : to_a_).translate(images);
  }
  int64_t size_multiple() const override { return to_b_.size_multiple(); }

 private:
  /// From one domain to the other and back.
  struct Cycle {
    std::string own, other;
    const Generator &there, &back;
    const Network& discriminate;  // of the other domain
    std::vector<Tensor>& fakes;   // where its discriminator will find this step's, by part
  };

  // Eq. 3 and the identity terms of section 5.2, in two parts: what images of a become, and what
  // those of b do. Only one of them is in memory at a time.
  Losses loss_of_a(const Batch& batch) {
    return loss_of({"a", "b", to_b_, to_a_, discriminator_b_, fakes_b_}, batch.a, batch.part);
  }
  Losses loss_of_b(const Batch& batch) {
    return loss_of({"b", "a", to_a_, to_b_, discriminator_a_, fakes_a_}, batch.b, batch.part);
  }
  Losses loss_of(const Cycle& cycle, const Tensor& images, int64_t part) const {
    const double weight = config_.cycle_weight, identity = weight * config_.identity_weight;
    const auto fakes = cycle.there.forward(images);
    cycle.fakes.resize(std::max<size_t>(cycle.fakes.size(), part + 1));
    cycle.fakes[part] = fakes.detach();
    std::vector<Tensor> shown{fakes};
    if (identity > 0) shown.push_back(images);
    Losses losses;
    losses.add("adversarial_" + cycle.other, adversary_.fooling(cycle.discriminate(fakes)));
    const auto made = cycle.back.forward_each(shown);
    losses.add("cycle_" + cycle.own, weight * mean_absolute_difference(made[0], images));
    if (identity == 0) return losses;
    losses.add("identity_" + cycle.own, identity * mean_absolute_difference(made[1], images));
    return losses;
  }

  // Eq. 1 in its least-squares form (section 4), halved as in the code.
  Losses discriminator_loss(const Batch& batch) {
    const auto fakes_a = pool_a_.exchange(fakes_a_.at(batch.part));
    const auto fakes_b = pool_b_.exchange(fakes_b_.at(batch.part));
    Losses losses;
    adversary_.add_terms(losses, discriminator_a_, batch.a, fakes_a, 0.5, "_a");
    adversary_.add_terms(losses, discriminator_b_, batch.b, fakes_b, 0.5, "_b");
    return losses;
  }

  Config config_;
  Adversary adversary_;
  Generator to_b_, to_a_;
  HistoryPool pool_a_, pool_b_;
  Network discriminator_a_, discriminator_b_;
  std::vector<Tensor> fakes_a_, fakes_b_;  // made in this step's turn of the generators, by part
};

}  // namespace

MethodEntry cyclegan() {
  return entry<CycleGan>();
}

}  // namespace ganvas
