// GAN: points of the plane from noise, and of a class if asked for.
// Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014 (arXiv:1406.2661); classes as in
// Mirza and Osindero, 2014 (arXiv:1411.1784); packing as in Lin et al., "PacGAN", NeurIPS 2018
// (arXiv:1712.04086).
// SPDX-License-Identifier: Apache-2.0
//
// Two perceptrons: generator from noise and one-hot class to a point; discriminator from --pack
// points, each with its class, to 1 logit. A generator that makes one mode only is easily told from
// the data by who sees several of its points at once.

#include <cmath>

#include <ATen/ops/cat.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/classes.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/perceptron.h"
#include "ganvas/objectives/divergence.h"

namespace ganvas {
namespace {

class Gan final : public Method {
 public:
  static constexpr auto kName = "gan";
  static constexpr auto kSummary = "points of the plane from noise, of a class if asked for";
  static constexpr auto kPaper = "arXiv:1406.2661";
  static constexpr auto kTask = Task::kPoints;

  struct Config {
    int64_t width = 128;
    int64_t discriminator_width = 128;
    int64_t hidden = 3;
    int64_t noise = 2;
    int64_t classes = 0;
    int64_t pack = 1;
    int64_t octaves = 0;
    double blur = 0;
    int64_t blur_half_life = 1000;
    int64_t critic_steps = 1;
    double energy_weight = 0;
    AdversaryConfig adversary;
    OptimizerConfig optimizer{.lr = 1e-3};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "numbers of the generator's hidden layers", Range{1, 4096});
      v("discriminator-width", discriminator_width, "numbers of the discriminator's",
        Range{1, 4096});
      v("hidden", hidden, "hidden layers of each", Range{0, 16});
      v("noise", noise, "numbers of the code", Range{1, 4096});
      v("class-count", classes, "classes of the data to draw on demand; 0 ignores labels",
        Range{0, 1000});
      v("pack", pack, "points that the discriminator judges together", Range{1, 64});
      v("octaves", octaves,
        "sines and cosines of the coordinates, each of twice the last's frequency, that the "
        "discriminator sees beside them",
        Range{0, 12});
      v("blur", blur,
        "deviation of the noise that is added to the points that the discriminator sees",
        Range{0, 1e3});
      v("blur-half-life", blur_half_life, "steps in which that noise halves", Range{1, 1e9});
      v("critic-steps", critic_steps, "moves of the discriminator for one of the generator",
        Range{1, 100});
      v("energy-weight", energy_weight,
        "weight of the energy distance between made and real points, which no lost mode leaves "
        "small",
        Range{0, 1e6});
      adversary.visit(v);
      optimizer.visit(v);
    }
  };

  Gan(const Config& config, const ImageSpec& spec)
      : config_(config), adversary_(config.adversary, NormKind::kNone) {
    require_usage(config.pack == 1 || config.classes == 0, "--pack: got ", config.pack,
                  " with --class-count, expected 1: a class already "
                  "says which mode is meant");
    generate_ = add_network("generator", perceptron(config.noise + config.classes, config.width,
                                                    config.hidden, spec.channels_a));
    discriminator_ = add_network(
        "discriminator",
        perceptron(config.pack * (spec.channels_a * (1 + 2 * config.octaves) + config.classes),
                   config.discriminator_width, config.hidden, 1));
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer,
        .clip = adversary_.clip()};
    const Player generator{
        .name = "generator",
        .trains = {generate_},
        .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
        .optimizer = config_.optimizer,
        .plays = [n = config_.critic_steps](int64_t step) { return step % n == n - 1; }};
    return {.players = {discriminator, generator}};
  }

  void decide(const Batch& batch) override { require_classes(batch.label_a, config_.classes); }

  void forward(const Batch& batch) override {
    const int64_t count = batch.a.size(0);
    require_usage(count % config_.pack == 0, "--batch: got ", count,
                  ", expected a multiple of "
                  "--pack ",
                  config_.pack);
    require_usage(
        config_.energy_weight == 0 || count > 1,
        "--energy-weight: compares points with each other, got --batch 1; take 64 or more");
    classes_ = one_hot_classes(batch.label_a, config_.classes);
    const auto half_lives =
        static_cast<double>(batch.step) / static_cast<double>(config_.blur_half_life);
    blur_ = config_.blur * std::exp2(-half_lives);
    const auto noise = draw_normal({count, config_.noise}, batch.a.options());
    fake_ = generate_(with_classes(noise, classes_)).to(at::kFloat);
  }

  Abilities abilities() const override {
    const bool scores_one = config_.pack == 1 && config_.classes == 0;
    return {.directions = {},
            .samples = true,
            .predicts = scores_one ? Predicts::kReal : Predicts::kNothing,
            .code = config_.noise,
            .classes = config_.classes};
  }

  Tensor decode(const Tensor& codes, const Tensor& labels) override {
    require_classes(labels, config_.classes);
    return infer(generate_, with_classes(codes, one_hot_classes(labels, config_.classes)));
  }

  Tensor classify(const Tensor& points, Domain) override {
    return infer(discriminator_, with_waves(points)).flatten(1);
  }

 private:
  /// Numbers [N, K] and one_hot_classes() as maps of one pixel, the class in front: [N, K + classes,
  /// 1, 1].
  static Tensor with_classes(const Tensor& numbers, const Tensor& classes) {
    const auto all = classes.defined() ? at::cat({classes, numbers}, /*dim=*/1) : numbers;
    return all.unsqueeze(2).unsqueeze(3);
  }

  /// Numbers [N, K] and the sines and cosines of pi, 2 pi, 4 pi ... times them, each as high as the
  /// blur leaves it (Barron et al., "Mip-NeRF", ICCV 2021, arXiv:2103.13415, Eq. 14).
  Tensor with_waves(const Tensor& numbers) const {
    std::vector<Tensor> all = {numbers};
    for (int64_t k = 0; k < config_.octaves; ++k) {
      const double frequency = M_PI * static_cast<double>(int64_t{1} << k);
      const double left = std::exp(-std::pow(frequency * blur_, 2) / 2);  // of a wave when blurred
      all.push_back(left * (frequency * numbers).sin());
      all.push_back(left * (frequency * numbers).cos());
    }
    return at::cat(all, /*dim=*/1);
  }

  /// What the discriminator judges of points [N, 2, 1, 1]: blurred, each with its class, --pack of
  /// them together, [N / pack, pack * (2 + classes), 1, 1].
  Tensor seen(const Tensor& points) const {
    auto numbers = points.flatten(1);
    if (blur_ > 0) numbers = numbers + blur_ * draw_normal_like(numbers);
    return with_classes(numbers, classes_).reshape({points.size(0) / config_.pack, -1, 1, 1});
  }

  /// Of what seen() gives: [N / pack, 1, 1, 1].
  Tensor score(const Tensor& seen) const {
    const auto points = seen.reshape({seen.size(0) * config_.pack, -1});
    const auto place = points.narrow(1, config_.classes, points.size(1) - config_.classes);
    const auto waves = at::cat({points.narrow(1, 0, config_.classes), with_waves(place)}, 1);
    return discriminator_(waves.reshape({seen.size(0), -1, 1, 1})).to(at::kFloat);
  }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const double unit = blur_ > 0 ? blur_ : 1;  // of length, in which a penalty measures slopes
    const auto discriminate = [this, unit](const Tensor& points) { return score(unit * points); };
    adversary_.add_terms_of_calls(losses, discriminate, seen(batch.a) / unit,
                                  seen(fake_.detach()) / unit,
                                  /*weight=*/1);
    return losses;
  }

  Losses generator_loss(const Batch& batch) {
    Losses losses;
    losses.add("adversarial", adversary_.fooling(score(seen(fake_))));
    if (config_.energy_weight > 0) {
      losses.add("energy",
                 config_.energy_weight * energy_distance(fake_.flatten(1), batch.a.flatten(1)));
    }
    return losses;
  }

  Config config_;
  Adversary adversary_;
  Network generate_, discriminator_;
  double blur_ = 0;        // in this step
  Tensor fake_, classes_;  // of this step; classes as one_hot_classes()
};

}  // namespace

MethodEntry gan() {
  return entry<Gan>();
}

}  // namespace ganvas
