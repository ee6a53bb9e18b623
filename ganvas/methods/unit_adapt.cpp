// UNIT for adaptation: variational autoencoders with a shared latent space and discriminators that
// also classify, so that labels of domain a serve domain b.
// Liu, Breuel and Kautz, NeurIPS 2017 (arXiv:1703.00848), section 4, domain adaptation.
// SPDX-License-Identifier: Apache-2.0
//
// For 32 x 32 pixels; w = width, v = discriminator width, z = latent numbers, B = batch norm without
// scale and shift, L = leaky ReLU 0.01, M = max-pool 2, with the share of dropout:
//
//   encoder, a and b        conv5 stride 2 w B L, from the image and two channels of coordinates
//   encoder, shared         conv5 stride 2 2w B L, conv8 4w B L, conv1 8w B L           [N, 8w, 1, 1]
//   mean, deviation         conv1 z; conv1 z, softplus
//   decoder, shared         tconv4 8v B L, tconv4 stride 2 4v B L, 2v B L               [N, 2v, 16, 16]
//   decoder, a and b        tconv4 stride 2 tanh
//   discriminator, a and b  conv5 v L M 0.1
//   discriminator, shared   conv5 2v L M 0.3, conv5 4v L M 0.5, conv4 8v L 0.5          [N, 8v, 1, 1]
//   score, classes          conv1 1; conv1 K

#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softplus.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/classification.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.01;
constexpr int64_t kSide = 32;

/// Images with two channels more: the column and the row, in [-1, 1].
Tensor with_coordinates(const Tensor& images) {
  const int64_t n = images.size(0), h = images.size(2), w = images.size(3);
  const auto x = at::linspace(-1, 1, w, images.options()).view({1, 1, 1, w});
  const auto y = at::linspace(-1, 1, h, images.options()).view({1, 1, h, 1});
  return at::cat({images, x.expand({n, 1, h, w}), y.expand({n, 1, h, w})}, /*dim=*/1);
}

/// The mean over images of the sum of squares.
Tensor squares(const Tensor& difference) {
  return difference.to(at::kFloat).square().sum() / difference.size(0);
}

class UnitAdapt final : public Method {
 public:
  static constexpr auto kName = "unit-adapt";
  static constexpr auto kSummary = "UNIT with a classifier: labels of domain a for domain b, 32 px";
  static constexpr auto kPaper = "arXiv:1703.00848";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 96;
    int64_t discriminator_width = 64;
    int64_t noise = 128;
    int64_t classes = 10;
    double adversarial_weight = 1;
    double classifier_weight = 10;
    double translated_weight = 0;
    double latent_weight = 1e-4;
    double reconstruction_weight = 1e-3;
    double feature_weight = 1e-4;
    OptimizerConfig optimizer{.weight_decay = 5e-4};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the encoders' first layer", Range{1, 512});
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 512});
      v("noise", noise, "numbers of the latent code", Range{1, 4096});
      v("class-count", classes, "classes of domain a", Range{2, 1000});
      v("adversarial-weight", adversarial_weight, "weight of the adversarial terms", Range{0, 1e6});
      v("classifier-weight", classifier_weight, "weight of classifying domain a by its labels",
        Range{0, 1e6});
      v("translated-weight", translated_weight,
        "weight of classifying a's translations by a's labels; 0 in the paper", Range{0, 1e6});
      v("latent-weight", latent_weight, "weight of the codes' divergence from N(0, I)",
        Range{0, 1e6});
      v("reconstruction-weight", reconstruction_weight,
        "weight of the squared distance of what comes back within a domain", Range{0, 1e6});
      v("feature-weight", feature_weight,
        "weight of the distance between the discriminators' features of a code in both domains",
        Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  UnitAdapt(const Config& config, const ImageSpec& spec)
      : config_(config), adversary_({}, NormKind::kNone) {
    require_usage(spec.side() == kSide, "--size: got ", spec.side(),
                  ", expected 32 for unit-adapt");
    const int64_t w = config.width, v = config.discriminator_width, z = config.noise;
    const auto normed = [](const Layer& layer) {
      return layer.normed(NormKind::kBatchPlain).leaky_relu(kSlope);
    };
    const auto seen = [](const ConvShape& shape) { return conv(shape).leaky_relu(kSlope); };
    a_ = make_ends("_a", spec.channels_a);
    b_ = make_ends("_b", spec.channels_b);
    encode_ = add_network("encoder_shared",
                          stack({normed(conv({w, 2 * w, 5, 2, 2})), normed(conv({2 * w, 4 * w, 8})),
                                 normed(conv({4 * w, 8 * w, 1}))}));
    mean_ = add_network("encoder_mean", stack({conv({8 * w, z, 1})}));
    deviation_ = add_network("encoder_deviation", stack({conv({8 * w, z, 1})}));
    decode_ =
        add_network("decoder_shared", stack({normed(transposed_conv({z, 8 * v, 4})),
                                             normed(transposed_conv({8 * v, 4 * v, 4, 2, 1})),
                                             normed(transposed_conv({4 * v, 2 * v, 4, 2, 1}))}));
    discriminator_ = add_network("discriminator_shared",
                                 stack({seen({v, 2 * v, 5, 1, 2}).max_pooled(2).dropped(0.3),
                                        seen({2 * v, 4 * v, 5, 1, 2}).max_pooled(2).dropped(0.5),
                                        seen({4 * v, 8 * v, 4}).dropped(0.5)}));
    score_ = add_network("discriminator_score", stack({conv({8 * v, 1, 1})}));
    classify_ = add_network("classifier", stack({conv({8 * v, config.classes, 1})}));
  }

  Game game() override {
    return {.players = {
                {.name = "discriminator",
                 .trains = {a_.discriminate, b_.discriminate, discriminator_, score_, classify_},
                 .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
                 .optimizer = config_.optimizer},
                {.name = "autoencoder",
                 .trains = {a_.encode, b_.encode, encode_, mean_, deviation_, decode_, a_.decode,
                            b_.decode},
                 .losses = {[this](const Batch& batch) { return autoencoder_loss(batch); }},
                 .optimizer = config_.optimizer}}};
  }

  void forward(const Batch& batch) override {
    const auto deep = encode_(
        at::cat({a_.encode(with_coordinates(batch.a)), b_.encode(with_coordinates(batch.b))}));
    means_ = mean_(deep).to(at::kFloat);
    deviations_ = at::softplus(deviation_(deep).to(at::kFloat));
    const auto shared = decode_(means_ + deviations_ * draw_normal_like(means_));
    as_a_ = a_.decode(shared).to(at::kFloat);
    as_b_ = b_.decode(shared).to(at::kFloat);
    count_a_ = batch.a.size(0);
  }

  Abilities abilities() const override {
    return {.directions = {Direction::kAtoB, Direction::kBtoA},
            .samples = true,
            .predicts = Predicts::kClass,
            .fixed_size = kSide};
  }
  int64_t size_multiple() const override { return kSide; }

  /// By the mean of the code, without noise.
  Tensor run_translation(const Tensor& images, Direction direction) override {
    const bool forwards = direction == Direction::kAtoB;
    const auto first = infer((forwards ? a_ : b_).encode, with_coordinates(images));
    const auto code = infer(mean_, infer(encode_, first));
    return infer((forwards ? b_ : a_).decode, infer(decode_, code));
  }

  std::vector<Tensor> sample(int64_t count) override {
    const auto device = mean_.parameters()[0].second.device();
    const auto shared = infer(decode_, at::randn({count, config_.noise, 1, 1}).to(device));
    return {infer(a_.decode, shared), infer(b_.decode, shared)};
  }

  FeaturesAndLogits features_and_logits(const Tensor& images, Domain domain) override {
    return features_and_logits_of((domain == Domain::kA ? a_ : b_).discriminate,
                                  {discriminator_, classify_}, images);
  }

 private:
  /// The layers that belong to one domain alone.
  struct Ends {
    Network encode, decode, discriminate;
  };

  Ends make_ends(const std::string& suffix, int64_t channels) {
    const int64_t w = config_.width, v = config_.discriminator_width;
    return {
        add_network("encoder" + suffix, stack({conv({channels + 2, w, 5, 2, 2})
                                                   .normed(NormKind::kBatchPlain)
                                                   .leaky_relu(kSlope)})),
        add_network("decoder" + suffix,
                    stack({transposed_conv({2 * v, channels, 4, 2, 1}).tanh()})),
        add_network(
            "discriminator" + suffix,
            stack({conv({channels, v, 5, 1, 2}).leaky_relu(kSlope).max_pooled(2).dropped(0.1)}))};
  }

  /// What the shared layers see: [N, 8v, 1, 1].
  Tensor features(const Ends& ends, const Tensor& images) const {
    return discriminator_(ends.discriminate(images));
  }

  /// Of what was made of both domains' images, the part that comes from a, or from b.
  Tensor of_a(const Tensor& both) const { return both.narrow(0, 0, count_a_); }
  Tensor of_b(const Tensor& both) const {
    return both.narrow(0, count_a_, both.size(0) - count_a_);
  }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const auto real_a = features(a_, batch.a), real_b = features(b_, batch.b);
    const auto fake_a = features(a_, as_a_.detach()), fake_b = features(b_, as_b_.detach());
    const auto to_a = of_b(fake_a);
    const auto to_b = of_a(fake_b);
    const double weight = config_.adversarial_weight;
    const auto kind = Adversarial::kVanilla;
    losses.add("real", weight * real_loss(kind, score_(at::cat({real_a, real_b}))));
    losses.add("fake", weight * fake_loss(kind, score_(at::cat({to_a, to_b}))));
    losses.add("classifier",
               config_.classifier_weight * cross_entropy(classify_(real_a), batch.label_a));
    losses.add("features", config_.feature_weight * squares(fake_a - fake_b));
    if (config_.translated_weight > 0) {
      losses.add("translated",
                 config_.translated_weight * cross_entropy(classify_(to_b), batch.label_a));
    }
    return losses;
  }

  // Eq. 2 with the squared distance as likelihood; the divergence is a sum over the code, as here
  // sums stand for all expectations over an image.
  Losses autoencoder_loss(const Batch& batch) {
    Losses losses;
    const auto seen = at::cat({features(a_, of_b(as_a_)), features(b_, of_a(as_b_))});
    losses.add("adversarial", config_.adversarial_weight * adversary_.fooling(score_(seen)));
    const auto variance = deviations_.square() + 1e-8;  // whose logarithm stays finite
    losses.add("latent", config_.latent_weight *
                             (means_.square() + variance - variance.log() - 1).sum() /
                             means_.size(0));
    losses.add("reconstruction", config_.reconstruction_weight * (squares(of_a(as_a_) - batch.a) +
                                                                  squares(of_b(as_b_) - batch.b)));
    return losses;
  }

  Config config_;
  Adversary adversary_;
  Ends a_, b_;
  Network encode_, mean_, deviation_, decode_, discriminator_, score_, classify_;
  Tensor means_, deviations_, as_a_, as_b_;  // of this step: a's images first, then b's
  int64_t count_a_ = 0;
};

}  // namespace

MethodEntry unit_adapt() {
  return entry<UnitAdapt>();
}

}  // namespace ganvas
