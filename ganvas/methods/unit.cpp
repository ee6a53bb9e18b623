// UNIT: two variational autoencoders that share their latent space translate by encoding in one
// domain and decoding in the other.
// Liu, Breuel and Kautz, "Unsupervised Image-to-Image Translation Networks", NeurIPS 2017
// (arXiv:1703.00848); the networks of its code for faces and streets.
// SPDX-License-Identifier: Apache-2.0
//
// w = width, v = discriminator width, L = leaky ReLU 0.01; zero padding; for [N, C, H, W]:
//
//   encoder, a and b    conv7 w L, conv3 stride 2 2w L, 4w L, 3 residual layers (instance norm)
//   encoder, shared     1 residual layer, then + N(0, 1) noise in training   [N, 4w, H/4, W/4]
//   decoder, shared     1 residual layer
//   decoder, a and b    3 residual layers, tconv3 stride 2 2w L, w L, tconv1 tanh
//   discriminators      conv3 stride 2 v L, each next with twice the channels, conv1 to 1

#include <ATen/ops/randn.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.01;
constexpr int64_t kLatentStride = 4;

Network make_encoder(int64_t channels, int64_t w) {
  std::vector<Layer> layers = {conv({channels, w, 7, 1, 3}).leaky_relu(kSlope),
                               conv({w, 2 * w, 3, 2, 1}).leaky_relu(kSlope),
                               conv({2 * w, 4 * w, 3, 2, 1}).leaky_relu(kSlope)};
  layers.insert(layers.end(), 3, residual(4 * w, NormKind::kInstance));
  return stack(layers);
}

Network make_decoder(int64_t channels, int64_t w) {
  std::vector<Layer> layers(3, residual(4 * w, NormKind::kInstance));
  layers.push_back(transposed_conv({4 * w, 2 * w, 3, 2, 1, 1}).leaky_relu(kSlope));
  layers.push_back(transposed_conv({2 * w, w, 3, 2, 1, 1}).leaky_relu(kSlope));
  layers.push_back(transposed_conv({w, channels, 1}).tanh());
  return stack(layers);
}

Network make_discriminator(int64_t channels, int64_t v, int64_t count) {
  std::vector<Layer> layers;
  int64_t before = channels;
  for (int64_t i = 0; i < count; ++i) {
    layers.push_back(conv({before, v << i, 3, 2, 1}).leaky_relu(kSlope));
    before = v << i;
  }
  layers.push_back(conv({before, 1, 1}));
  return stack(layers);
}

class Unit final : public Method {
 public:
  static constexpr auto kName = "unit";
  static constexpr auto kSummary = "unpaired translation, both ways, through a shared latent space";
  static constexpr auto kPaper = "arXiv:1703.00848";
  static constexpr auto kNeeds = Needs::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 64;
    int64_t discriminator_layers = 6;
    AdversaryConfig adversary;
    AugmentConfig augment;
    double adversarial_weight = 10;
    double reconstruction_weight = 100;
    double cycle_weight = 100;
    double latent_weight = 0.1;
    OptimizerConfig optimizer{.lr = 1e-4, .weight_decay = 1e-4};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the encoders' first layer", Range{1, 512});
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 512});
      v("discriminator-layers", discriminator_layers, "layers that halve the picture", Range{1, 8});
      adversary.visit(v);
      augment.visit(v);
      v("adversarial-weight", adversarial_weight, "weight of the adversarial terms (lambda_0)",
        Range{0, 1e6});
      v("reconstruction-weight", reconstruction_weight,
        "weight of coming back within a domain (lambda_2)", Range{0, 1e6});
      v("cycle-weight", cycle_weight, "weight of coming back by way of the other (lambda_4)",
        Range{0, 1e6});
      v("latent-weight", latent_weight,
        "weight of the latent codes' distance from N(0, I) (lambda_1, lambda_3)", Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  Unit(const Config& config, const Task& task)
      : config_(config), task_(task), adversary_(config.adversary, NormKind::kNone) {
    require_usage(task.size % kLatentStride == 0, "--size: got ", task.size,
                  ", expected a multiple of 4 for unit");
    const int64_t w = config.width;
    a_.encode = add_network("encoder_a", make_encoder(task.channels_a, w));
    b_.encode = add_network("encoder_b", make_encoder(task.channels_b, w));
    encode_shared_ = add_network("encoder_shared", stack({residual(4 * w, NormKind::kInstance)}));
    decode_shared_ = add_network("decoder_shared", stack({residual(4 * w, NormKind::kInstance)}));
    a_.decode = add_network("decoder_a", make_decoder(task.channels_a, w));
    b_.decode = add_network("decoder_b", make_decoder(task.channels_b, w));
    const int64_t v = config.discriminator_width, count = config.discriminator_layers;
    a_.judge = add_network("discriminator_a",
                           config.augment.applied_to(make_discriminator(task.channels_a, v, count),
                                                     {task.channels_a}));
    b_.judge = add_network("discriminator_b",
                           config.augment.applied_to(make_discriminator(task.channels_b, v, count),
                                                     {task.channels_b}));
  }

  Game game() override {
    return {
        .players = {{.name = "discriminator",
                     .moves = {a_.judge, b_.judge},
                     .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
                     .optimizer = config_.optimizer,
                     .clip = adversary_.clip()},
                    {.name = "autoencoder",
                     .moves = {a_.encode, b_.encode, encode_shared_, decode_shared_, a_.decode,
                               b_.decode},
                     .losses = {[this](const Batch& batch) { return autoencoder_loss(batch); }},
                     .optimizer = config_.optimizer}},
        .repeats = true};
  }

  void forward(const Batch& batch) override {
    mean_a_ = encode(a_, batch.a);
    mean_b_ = encode(b_, batch.b);
    const auto code_a = noisy(mean_a_), code_b = noisy(mean_b_);
    same_a_ = decode(a_, code_a);
    same_b_ = decode(b_, code_b);
    fake_a_ = decode(a_, code_b);
    fake_b_ = decode(b_, code_a);
  }

  Abilities abilities() const override {
    return {.directions = {Direction::kAtoB, Direction::kBtoA}, .samples = true};
  }

  /// The mean of the code, without noise.
  Tensor translate(const Tensor& pictures, Direction direction) override {
    const c10::NoGradGuard no_gradients;
    const bool forwards = direction == Direction::kAtoB;
    return decode(forwards ? b_ : a_, encode(forwards ? a_ : b_, pictures));
  }
  int64_t size_multiple() const override { return kLatentStride; }

  std::vector<Tensor> sample(int64_t count) override {
    const c10::NoGradGuard no_gradients;
    const int64_t side = task_.size / kLatentStride;
    const auto device = decode_shared_.parameters()[0].second.device();
    const auto code = at::randn({count, 4 * config_.width, side, side}).to(device);
    return {decode(a_, code), decode(b_, code)};
  }

 private:
  /// The networks that belong to one domain alone.
  struct Domain {
    Network encode, decode, judge;
  };

  Tensor encode(const Domain& domain, const Tensor& pictures) const {
    return encode_shared_(domain.encode(pictures)).to(at::kFloat);
  }
  Tensor decode(const Domain& domain, const Tensor& code) const {
    return domain.decode(decode_shared_(code)).to(at::kFloat);
  }
  // q(z | x) = N(mean, I), section 3.
  static Tensor noisy(const Tensor& mean) { return mean + draw_normal_like(mean); }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const double weight = config_.adversarial_weight;
    adversary_.add_terms(losses, a_.judge, batch.a, fake_a_, weight, "_a");
    adversary_.add_terms(losses, b_.judge, batch.b, fake_b_, weight, "_b");
    return losses;
  }

  // Eqs. 2 to 5. The distance from N(0, I) is the mean of squares, as in the code: Eq. 3 up to a
  // constant and the number of elements.
  Losses autoencoder_loss(const Batch& batch) {
    Losses losses;
    losses.add("adversarial_a", config_.adversarial_weight * adversary_.fooling(a_.judge(fake_a_)));
    losses.add("adversarial_b", config_.adversarial_weight * adversary_.fooling(b_.judge(fake_b_)));
    const auto again_a = encode(b_, fake_b_), again_b = encode(a_, fake_a_);
    losses.add("latent", config_.latent_weight * (distance(mean_a_) + distance(mean_b_)));
    losses.add("latent_again", config_.latent_weight * (distance(again_a) + distance(again_b)));
    const double same = config_.reconstruction_weight, cycle = config_.cycle_weight;
    losses.add("reconstruction_a", same * mean_absolute_difference(same_a_, batch.a));
    losses.add("reconstruction_b", same * mean_absolute_difference(same_b_, batch.b));
    losses.add("cycle_a", cycle * mean_absolute_difference(decode(a_, noisy(again_a)), batch.a));
    losses.add("cycle_b", cycle * mean_absolute_difference(decode(b_, noisy(again_b)), batch.b));
    return losses;
  }

  static Tensor distance(const Tensor& mean) { return mean.square().mean(); }

  Config config_;
  Task task_;
  Adversary adversary_;
  Domain a_, b_;
  Network encode_shared_, decode_shared_;
  Tensor mean_a_, mean_b_, same_a_, same_b_, fake_a_, fake_b_;  // of this step
};

}  // namespace

MethodEntry unit() {
  return entry<Unit>();
}

}  // namespace ganvas
