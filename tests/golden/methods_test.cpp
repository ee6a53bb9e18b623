// Methods against our own PyTorch formulation: tools/golden/unpaired.py and single.py.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/tensor.h>

#include "ganvas/core/random.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"
#include "tests/support/rows.h"

namespace ganvas {
namespace {

struct Case {
  std::string file, name;
  Settings settings;
  std::string method = name;
};

std::ostream& operator<<(std::ostream& out, const Case& row) {
  return out << row.name;
}

class GoldenMethod : public testing::TestWithParam<Case> {
 protected:
  GoldenMethod() : machine_(plain_machine()) {
    batch_ = {read("a"), read("b"), at::tensor({1, 0, 3, 9}, at::kLong)};
    const ImageSpec spec{batch_.b.size(2), batch_.a.size(1), batch_.b.size(1),
                         batch_.b.size(2) / batch_.a.size(2), "0,1,2,3,4,5,6,7,8,9"};
    Settings settings = {
        {"width", "2"}, {"discriminator-width", "2"}, {"lr", "0.001"}, {"weight-decay", "0"}};
    settings.insert(settings.end(), GetParam().settings.begin(), GetParam().settings.end());
    method_ = find_method(GetParam().method).build(settings, spec);
    load_tensors(file_, parameters_of(*method_), GetParam().name + "/weight/");
  }

  Tensor read(const std::string& name) const { return file_.read(GetParam().name + "/" + name); }

  void expect_made(const std::string& name, const Tensor& made) const {
    const auto key = "made/" + name;
    if (!file_.shape(GetParam().name + "/" + key)) return;
    EXPECT_TRUE(close(made, read(key), {1e-3, 1e-3})) << name;  // six steps amplify the last bits
  }

  SafetensorsFile file_{GANVAS_GOLDEN "/" + GetParam().file + ".safetensors"};
  Machine machine_;
  std::unique_ptr<Method> method_;
  Batch batch_;
};

TEST_P(GoldenMethod, LossesOfSixStepsAndWhatIsMadeThenArePyTorchs) {
  seed_torch(5);
  Match match(*method_, machine_);
  for (int64_t step = 0; step < 6; ++step) {
    const auto terms = match.play(batch_, step);
    const auto expected = read("losses" + std::to_string(step));
    ASSERT_EQ(static_cast<int64_t>(terms.size()), expected.numel()) << "step " << step;
    for (size_t i = 0; i < terms.size(); ++i) {
      const double truth = expected[static_cast<int64_t>(i)].item<double>();
      EXPECT_NEAR(terms[i].second, truth, 2e-4 * (1 + std::abs(truth)))
          << terms[i].first << " of step " << step;
    }
  }
  const auto abilities = method_->abilities();
  for (const auto way : abilities.directions) {
    const bool forwards = way == Direction::kAtoB;
    expect_made(forwards ? "ab" : "ba", method_->translate(forwards ? batch_.a : batch_.b, way));
  }
  if (abilities.predicts == Predicts::kClass) {
    expect_made("scores", method_->classify(batch_.a, Domain::kA));
  }
  if (!abilities.samples) return;
  seed_torch(9);
  const auto domains = method_->sample(3);
  expect_made("sample_a", domains[0]);
  if (domains.size() > 1) expect_made("sample_b", domains[1]);
}

INSTANTIATE_TEST_SUITE_P(
    Methods, GoldenMethod,
    testing::Values(
        Case{"unpaired", "cyclegan", {{"patch", "16"}, {"lr", "0.0001"}}},
        Case{"unpaired", "discogan", {{"early-steps", "4"}}},
        Case{"unpaired", "dualgan", {{"clip", "0.1"}}},
        Case{"unpaired",
             "cogan",
             {{"width", "1"},
              {"discriminator-width", "4"},
              {"noise", "16"},
              {"classifier-weight", "10"}}},
        Case{"unpaired", "unit", {{"discriminator-layers", "2"}}},
        Case{"unpaired", "unit-adapt", {{"noise", "4"}, {"lr", "0.0001"}}},
        Case{"unpaired", "dong", {{"noise", "8"}, {"gan-steps", "3"}, {"encoder-lr", "0.0005"}}},
        Case{"single", "dcgan", {{"noise", "8"}, {"class-count", "10"}}},
        Case{"single", "vae", {{"noise", "4"}, {"lr", "0.0001"}, {"beta1", "0.5"}}},
        Case{"single", "vaegan", {{"noise", "4"}, {"lr", "0.0001"}, {"gamma", "0.01"}}},
        Case{"single", "srresnet", {{"blocks", "2"}, {"lr", "0.0001"}, {"beta1", "0.5"}}},
        Case{"single",
             "compact",
             {{"upscaler", "compact"},
              {"blocks", "2"},
              {"pixels", "l1"},
              {"lr", "0.0001"},
              {"beta1", "0.5"}},
             "srresnet"},
        Case{"single",
             "srgan",
             {{"blocks", "2"},
              {"pretrain-steps", "2"},
              {"variation-weight", "0.5"},
              {"lr", "0.0001"},
              {"beta1", "0.5"}}},
        Case{"single",
             "relativistic",
             {{"objective", "relativistic"},
              {"blocks", "2"},
              {"pretrain-steps", "2"},
              {"lr", "0.0001"},
              {"beta1", "0.5"}},
             "srgan"},
        Case{"single",
             "gan",
             {{"class-count", "10"}, {"noise", "3"}, {"octaves", "2"}, {"critic-steps", "2"}}},
        Case{"single",
             "packed",
             {{"pack", "2"},
              {"noise", "3"},
              {"octaves", "2"},
              {"critic-steps", "2"},
              {"blur", "0.5"},
              {"blur-half-life", "2"}},
             "gan"},
        Case{"single",
             "pan",
             {{"patch", "16"},
              {"dropout", "none"},
              {"inference", "running"},
              {"perceptual-weight", "0.5"},
              {"perceptual-margin", "2"},
              {"lr", "0.0001"}},
             "pix2pix"},
        Case{"single", "classifier", {{"dropout-rate", "0"}, {"beta1", "0.5"}}},
        Case{"single", "gaussians", {{"components", "2"}, {"beta2", "0.999"}}},
        Case{"single",
             "reverse",
             {{"fit", "reverse"}, {"bandwidth", "0.5"}, {"components", "2"}, {"beta2", "0.999"}},
             "gaussians"}),
    [](const auto& info) { return test_name(info.param.name); });

}  // namespace
}  // namespace ganvas
