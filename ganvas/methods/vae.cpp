// VAE: an encoder and a decoder that raise a lower bound of the images' likelihood.
// Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014 (arXiv:1312.6114), with the
// networks of VAE/GAN.
// SPDX-License-Identifier: Apache-2.0

#include "ganvas/methods/method.h"
#include "ganvas/methods/variational.h"
#include "ganvas/objectives/divergence.h"

namespace ganvas {
namespace {

class Vae final : public VariationalMethod {
 public:
  static constexpr auto kName = "vae";
  static constexpr auto kSummary = "images from a code, by a bound of their likelihood";
  static constexpr auto kPaper = "arXiv:1312.6114";
  static constexpr auto kTask = Task::kImages;

  struct Config {
    VariationalConfig variational;
    double divergence_weight = 1;
    OptimizerConfig optimizer{.lr = 1e-3, .beta1 = 0.9};

    template <typename Visitor>
    void visit(Visitor& v) {
      variational.visit(v);
      v("divergence-weight", divergence_weight,
        "weight of the codes' divergence from N(0, I); 1 is the bound, more is beta-VAE",
        Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  Vae(const Config& config, const ImageSpec& spec)
      : VariationalMethod(config.variational, spec), config_(config) {}

  Game game() override {
    auto moves = variational_.encoder();
    for (const auto& network : variational_.decoder()) moves.push_back(network);
    return {.players = {{.name = "autoencoder",
                         .trains = moves,
                         .losses = {[this](const Batch& batch) { return loss(batch); }},
                         .optimizer = config_.optimizer}},
            .repeats = true};
  }

 private:
  // Eq. 10 with one draw, its sign turned, and p(x | z) a Gaussian of deviation 1 around the
  // decoded image: sums over pixels and code, means over the batch, without the constant.
  Losses loss(const Batch& batch) {
    const auto codes = variational_.encode(batch.a);
    const auto made = variational_.decode(codes.draw());
    Losses losses;
    losses.add("pixels",
               (made - batch.a).square().sum() / (2 * static_cast<double>(batch.a.size(0))));
    losses.add("divergence",
               config_.divergence_weight * gaussian_divergence(codes.mean, codes.log_variance));
    return losses;
  }

  Config config_;
};

}  // namespace

MethodEntry vae() {
  return entry<Vae>();
}

}  // namespace ganvas
