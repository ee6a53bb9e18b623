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
//     shared            the first kernel is 7; from the third layer on one for both domains
//     multi-scale       one for the image, its half and its quarter, each blurred by 1 2 1 before

#include <algorithm>
#include <array>

#include <ATen/ops/randn.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/resample.h"
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

constexpr std::array<const char*, 3> kScales = {"", "_half",
                                                "_quarter"};  // that discriminators see

enum class Discriminators { kPlain, kShared, kMultiScale };

/// The layers of a discriminator, each halving the image, and the score.
std::vector<Layer> discriminator_layers(int64_t channels, int64_t v, int64_t count,
                                        Discriminators kind) {
  std::vector<Layer> layers;
  int64_t before = channels;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t kernel = kind == Discriminators::kShared && i == 0 ? 7 : 3;
    layers.push_back(conv({before, v << i, kernel, 2, kernel / 2}).leaky_relu(kSlope));
    before = v << i;
  }
  layers.push_back(conv({before, 1, 1}));
  return layers;
}

class Unit final : public Method {
 public:
  static constexpr auto kName = "unit";
  static constexpr auto kSummary = "unpaired translation, both ways, through a shared latent space";
  static constexpr auto kPaper = "arXiv:1703.00848";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 64;
    Discriminators discriminator = Discriminators::kPlain;
    int64_t discriminator_layers = 0;
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
      v("discriminator", discriminator,
        "one for each domain, or sharing all but two layers, or three for each domain: of the "
        "image, its half and its quarter",
        Choices{"plain", "shared", "multi-scale"});
      v("discriminator-layers", discriminator_layers,
        "layers that halve the image; 0 is the paper's: 6, or 4 if multi-scale", Range{0, 8});
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

  Unit(const Config& config, const ImageSpec& spec)
      : config_(config), spec_(spec), adversary_(config.adversary, NormKind::kNone) {
    require_usage(spec.size.width % kLatentStride == 0 && spec.size.height % kLatentStride == 0,
                  "--size: got ", knob_text(spec.size), ", expected multiples of 4 for unit");
    const int64_t w = config.width;
    a_.encode = add_network("encoder_a", make_encoder(spec.channels_a, w));
    b_.encode = add_network("encoder_b", make_encoder(spec.channels_b, w));
    encode_shared_ = add_network("encoder_shared", stack({residual(4 * w, NormKind::kInstance)}));
    decode_shared_ = add_network("decoder_shared", stack({residual(4 * w, NormKind::kInstance)}));
    a_.decode = add_network("decoder_a", make_decoder(spec.channels_a, w));
    b_.decode = add_network("decoder_b", make_decoder(spec.channels_b, w));
    add_discriminators();
  }

  Game game() override {
    return {
        .players = {{.name = "discriminator",
                     .trains = discriminators(),
                     .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
                     .optimizer = config_.optimizer,
                     .clip = adversary_.clip()},
                    {.name = "autoencoder",
                     .trains = {a_.encode, b_.encode, encode_shared_, decode_shared_, a_.decode,
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
  Tensor run_translation(const Tensor& images, Direction direction) override {
    const c10::NoGradGuard no_gradients;
    const bool forwards = direction == Direction::kAtoB;
    return decode(forwards ? b_ : a_, encode(forwards ? a_ : b_, images));
  }
  int64_t size_multiple() const override { return kLatentStride; }

  std::vector<Tensor> sample(int64_t count) override {
    const c10::NoGradGuard no_gradients;
    const int64_t height = spec_.size.height / kLatentStride;
    const int64_t width = spec_.size.width / kLatentStride;
    const auto device = decode_shared_.parameters()[0].second.device();
    const auto code = at::randn({count, 4 * config_.width, height, width}).to(device);
    return {decode(a_, code), decode(b_, code)};
  }

 private:
  /// The networks that belong to one domain alone; discriminators of the image, its half, its quarter.
  struct Side {
    Network encode, decode;
    std::vector<Network> discriminators;
  };

  void add_discriminators() {
    const auto kind = config_.discriminator;
    const bool has_scales = kind == Discriminators::kMultiScale,
               shares = kind == Discriminators::kShared;
    const int64_t paper = has_scales ? 4 : 6, asked = config_.discriminator_layers;
    const int64_t count = asked == 0 ? paper : asked;
    constexpr int64_t kOwn = 2;  // layers of a domain alone, where the others are shared
    require_usage(!shares || count > kOwn, "--discriminator-layers: got ", count,
                  ", expected 3 at least for --discriminator shared");
    const auto add = [&](Side& side, const std::string& name, int64_t channels) {
      auto layers = discriminator_layers(channels, config_.discriminator_width, count, kind);
      if (shares) layers.resize(kOwn);
      for (const auto* scale : kScales) {
        const auto network = config_.augment.applied_to(stack(layers), {channels});
        side.discriminators.push_back(add_network(name + scale, network));
        if (!has_scales) break;
      }
    };
    add(a_, "discriminator_a", spec_.channels_a);
    add(b_, "discriminator_b", spec_.channels_b);
    if (!shares) return;
    auto layers = discriminator_layers(spec_.channels_a, config_.discriminator_width, count, kind);
    layers.erase(layers.begin(), layers.begin() + kOwn);
    discriminator_both_.push_back(add_network("discriminator_shared", stack(layers)));
  }

  Tensor encode(const Side& side, const Tensor& images) const {
    return encode_shared_(side.encode(images)).to(at::kFloat);
  }
  Tensor decode(const Side& side, const Tensor& code) const {
    return side.decode(decode_shared_(code)).to(at::kFloat);
  }
  // q(z | x) = N(mean, I), section 3.
  static Tensor noisy(const Tensor& mean) { return mean + draw_normal_like(mean); }

  std::vector<Network> discriminators() const {
    auto all = a_.discriminators;
    all.insert(all.end(), b_.discriminators.begin(), b_.discriminators.end());
    all.insert(all.end(), discriminator_both_.begin(), discriminator_both_.end());
    return all;
  }

  /// What one of a domain's discriminators makes of images as large as it sees them.
  Tensor score(const Side& side, size_t scale, const Tensor& images) const {
    auto seen = side.discriminators[scale](images);
    for (const auto& rest : discriminator_both_) seen = rest(seen);
    return seen;
  }

  void add_discriminator_terms(Losses& losses, const Side& side, Tensor real, Tensor fake,
                               const std::string& suffix) const {
    for (size_t scale = 0; scale < side.discriminators.size(); ++scale) {
      if (scale > 0) {
        real = halved_by_blur(real);
        fake = halved_by_blur(fake);
      }
      const auto discriminate = [this, &side, scale](const Tensor& images) {
        return score(side, scale, images);
      };
      adversary_.add_terms_of_calls(losses, discriminate, real, fake, config_.adversarial_weight,
                                    suffix + kScales[scale]);
    }
  }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    add_discriminator_terms(losses, a_, batch.a, fake_a_, "_a");
    add_discriminator_terms(losses, b_, batch.b, fake_b_, "_b");
    return losses;
  }

  /// What the autoencoders want of a domain's discriminators.
  Tensor fooling(const Side& side, Tensor fake) const {
    auto sum = adversary_.fooling(score(side, 0, fake));
    for (size_t scale = 1; scale < side.discriminators.size(); ++scale) {
      fake = halved_by_blur(fake);
      sum = sum + adversary_.fooling(score(side, scale, fake));
    }
    return sum;
  }

  // Eqs. 2 to 5. The distance from N(0, I) is the mean of squares, as in the code: Eq. 3 up to a
  // constant and the number of elements.
  Losses autoencoder_loss(const Batch& batch) {
    Losses losses;
    losses.add("adversarial_a", config_.adversarial_weight * fooling(a_, fake_a_));
    losses.add("adversarial_b", config_.adversarial_weight * fooling(b_, fake_b_));
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
  ImageSpec spec_;
  Adversary adversary_;
  Side a_, b_;
  Network encode_shared_, decode_shared_;
  std::vector<Network>
      discriminator_both_;  // the layers behind both domains' discriminators, if they share some
  Tensor mean_a_, mean_b_, same_a_, same_b_, fake_a_, fake_b_;  // of this step
};

}  // namespace

MethodEntry unit() {
  return entry<Unit>();
}

}  // namespace ganvas
