// pix2pix against our own PyTorch formulation: tools/golden/pix2pix.py.
// SPDX-License-Identifier: Apache-2.0
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/store/checkpoint.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

struct Case {
  std::string name;
  Settings settings;
};

class GoldenPix2Pix : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    machine_ = plain_machine();
    Settings settings = {
        {"dropout", "none"}, {"width", "4"}, {"discriminator-width", "4"}, {"patch", "16"}};
    settings.insert(settings.end(), GetParam().settings.begin(), GetParam().settings.end());
    method_ = find_method("pix2pix").build(settings, ImageSpec{.size = 16});
    load_tensors(file_, parameters_of(*method_), prefix() + "weight/");
    batch_ = {file_.read(prefix() + "a"), file_.read(prefix() + "b")};
  }

  std::string prefix() const { return GetParam().name + "/"; }

  void expect_gradients(const Player& player) {
    const auto parameters = parameters_of(*method_, player);
    std::vector<Tensor> inputs;
    for (const auto& [name, tensor] : parameters) inputs.push_back(tensor);
    const auto gradients =
        torch::autograd::grad({player.losses.front()(batch_).total()}, inputs, {},
                              /*retain_graph=*/true);
    for (size_t i = 0; i < inputs.size(); ++i) {
      const auto& name = parameters[i].first;
      EXPECT_TRUE(close(gradients[i], file_.read(prefix() + "gradient/" + name), kNetwork)) << name;
    }
  }

  SafetensorsFile file_{GANVAS_GOLDEN "/pix2pix.safetensors"};
  Machine machine_;
  std::unique_ptr<Method> method_;
  Batch batch_;
};

TEST_P(GoldenPix2Pix, OutputIsPyTorchs) {
  EXPECT_TRUE(close(method_->translate(batch_.a, Direction::kAtoB), file_.read(prefix() + "output"),
                    kNetwork));
}

TEST_P(GoldenPix2Pix, GradientsOfTheFirstStepArePyTorchs) {
  const auto game = method_->game();
  method_->forward(batch_);
  expect_gradients(game.players[0]);
  // The generator's gradient is taken after the discriminator has moved.
  Match(*method_, Game{{game.players[0]}}, machine_).play(batch_, 0);
  expect_gradients(game.players[1]);
}

TEST_P(GoldenPix2Pix, LossesOfThreeStepsArePyTorchs) {
  Match match(*method_, machine_);
  const auto expected = file_.read(prefix() + "losses");  // [3, 4]
  for (int64_t step = 0; step < 3; ++step) {
    const auto terms = match.play(batch_, step);
    ASSERT_EQ(terms.size(), 4U);
    for (int64_t i = 0; i < 4; ++i) {
      const double truth = expected[step][i].item<double>();
      EXPECT_NEAR(terms[static_cast<size_t>(i)].second, truth, 1e-4 * (1 + truth))
          << terms[static_cast<size_t>(i)].first << " of step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, GoldenPix2Pix,
    testing::Values(Case{"unet", {{"generator", "auto"}}},
                    Case{"unet_instance", {{"generator", "auto"}, {"norm", "instance"}}},
                    Case{"resnet", {{"generator", "resnet6"}, {"norm", "instance"}}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ganvas
