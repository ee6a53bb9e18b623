// Feature networks hold what their files say: published weights, and files from strangers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/features.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/image/resize.h"
#include "ganvas/nn/features.h"
#include "ganvas/store/safetensors.h"
#include "ganvas/store/tfjs.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

// The logits of two photographs as a plain interpreter gave them, from the published weights.
TEST(Features, MobileNetSeesDaisies) {
  const fs::path weights = GANVAS_SHARED "/weights/mobilenet-v1-025";
  const fs::path flowers = GANVAS_SHARED "/data/flowers/test/daisy";
  if (!fs::is_directory(weights)) GTEST_SKIP() << "no " << weights;
  const Pretrained frozen{"mobilenet", "pw13", weights, feature_network("mobilenet", "pw13")};
  load_features(frozen);
  const auto head = read_tfjs(weights).at("conv_preds/kernel").view({256, 1000});
  const auto bias = read_tfjs(weights).at("conv_preds/bias");
  const auto logits = [&](const std::string& name) {
    const auto whole = to_tensor(read_image(flowers / name), 3);
    const int64_t side = std::min(whole.size(1), whole.size(2));
    const auto square = whole.narrow(1, (whole.size(1) - side) / 2, side)
                            .narrow(2, (whole.size(2) - side) / 2, side)
                            .contiguous();
    const auto features = frozen.network(resize(square, 224, 224).unsqueeze(0));
    return (features.mean({2, 3}).matmul(head) + bias)[0];
  };
  // The interpreter resized bilinearly, we by the cubic kernel: the logits are near, not equal.
  const auto first = logits("9593034725_0062f0d24e_n.jpg");
  EXPECT_EQ(first.argmax().item<int64_t>(), 985);
  EXPECT_NEAR(first[985].item<double>(), 25.64, 1.5);
  EXPECT_NEAR(first[324].item<double>(), 15.21, 1.5);
  const auto second = logits("5684911529_88a7ae32ba_n.jpg");
  EXPECT_EQ(second.argmax().item<int64_t>(), 985);
  EXPECT_NEAR(second[985].item<double>(), 21.46, 1.5);
}

TEST(Features, TheMobileNetThatComesAlongIsThePublishedOne) {
  const fs::path weights = GANVAS_SHARED "/weights/mobilenet-v1-025";
  if (!fs::is_directory(weights)) GTEST_SKIP() << "no " << weights;
  const auto published = read_tfjs(weights);
  const SafetensorsFile file(GANVAS_WEIGHTS "/mobilenet-v1-025.safetensors");
  EXPECT_EQ(file.names().size(), published.size() - 2);  // without conv_preds
  for (const auto& name : file.names()) {
    EXPECT_TRUE(file.read(name).equal(published.at(name))) << name;
  }
}

TEST(Features, VggIsItsConvolutionsOnNormalisedColours) {
  const Scratch scratch;
  seed_torch(1);
  const NamedTensors tensors = {{"features.0.weight", at::rand({64, 3, 3, 3}) - 0.5},
                                {"features.0.bias", at::rand({64}) - 0.5},
                                {"features.2.weight", at::rand({64, 64, 3, 3}) - 0.5},
                                {"features.2.bias", at::rand({64}) - 0.5}};
  write_safetensors(scratch / "vgg.safetensors", tensors, {});
  const Pretrained frozen{"vgg19", "relu1_2", scratch / "vgg.safetensors",
                          feature_network("vgg19", "relu1_2")};
  load_features(frozen);
  const auto images = at::rand({2, 3, 12, 10}) * 2 - 1;
  const auto mean = at::tensor({0.485F, 0.456F, 0.406F}).view({1, 3, 1, 1});
  const auto deviation = at::tensor({0.229F, 0.224F, 0.225F}).view({1, 3, 1, 1});
  auto x = ((images + 1) / 2 - mean) / deviation;
  x = at::relu(at::conv2d(x, tensors[0].second, tensors[1].second, 1, 1));
  x = at::relu(at::conv2d(x, tensors[2].second, tensors[3].second, 1, 1));
  EXPECT_TRUE(close(frozen.network(images), x, kNetwork));
  const auto deeper = feature_network("vgg19", "relu2_1");
  EXPECT_EQ(deeper(images).sizes(), (std::vector<int64_t>{2, 128, 6, 5}));
  const auto text =
      error_of([&] { load_features({"vgg19", "relu2_1", scratch / "vgg.safetensors", deeper}); });
  EXPECT_NE(text.find("features.5.weight"), std::string::npos) << text;
}

// Numbers of our own formulation in PyTorch: max pools whose sizes are rounded up, fire modules, means taken out.
TEST(Features, SqueezeNetIsThatOfPyTorch) {
  const Pretrained frozen{"squeezenet", "conv1,fire3,fire5,fire7,fire9",
                          GANVAS_WEIGHTS "/squeezenet-v1.0.safetensors",
                          feature_network("squeezenet", "fire9,conv1,fire3,fire5,fire7")};
  load_features(frozen);
  EXPECT_EQ(parameter_count(frozen.network), 735424);
  const auto rows = at::arange(64).view({1, 1, 64, 1}),
             columns = at::arange(64).view({1, 1, 1, 64});
  const auto channels = at::arange(3).view({1, 3, 1, 1});
  const auto x = (rows * 7 + columns * 13 + channels * 29).remainder(51) / 25.0 - 1;
  const auto stages = frozen.network.stages(x.to(at::kFloat));
  const std::vector<double> means = {20.89478, 191.47577, 328.96429, 83.73624, 7.32908};
  const std::vector<int64_t> sides = {29, 14, 7, 7, 3};
  ASSERT_EQ(stages.size(), means.size());
  for (size_t i = 0; i < means.size(); ++i) {
    EXPECT_EQ(stages[i].size(3), sides[i]);
    EXPECT_NEAR(stages[i].mean().item<double>(), means[i], 1e-3 * means[i]) << i;
  }
}

TEST(Features, OtherNamesLayersAndFilesAreRefused) {
  const Scratch scratch;
  EXPECT_NE(error_of([] {
              feature_network("resnet", "x");
            }).find("expected one of vgg19, mobilenet, squeezenet"),
            std::string::npos);
  EXPECT_NE(error_of([] { feature_network("vgg19", "relu9_1"); }).find("the last is relu5_4"),
            std::string::npos);
  const auto load = [&] {
    return error_of([&] {
      load_features({"mobilenet", "conv1", scratch / "m", feature_network("mobilenet", "conv1")});
    });
  };
  EXPECT_NE(load().find("no such file or folder"), std::string::npos);
  make_folders(scratch / "m");
  const auto write_model = [&](const std::string& weights) {
    write_file(scratch / "m/model.json",
               R"({"weightsManifest":[{"paths":["s"],"weights":[)" + weights + "]}]}");
  };
  write_file(scratch / "m/s", std::string(32, '\0'));
  write_model(R"({"name":"conv1_bn/gamma","shape":[8],"dtype":"float32"})");
  EXPECT_NE(load().find("has no tensor conv1/kernel"), std::string::npos);
  write_model(R"({"name":"conv1/kernel","shape":[3,3,3,8],"dtype":"float32"})");
  EXPECT_NE(load().find("the shards end within conv1/kernel"), std::string::npos);
  write_model(R"({"name":"conv1/kernel","shape":[-3,3],"dtype":"float32"})");
  EXPECT_NE(load().find("has the shape"), std::string::npos);
  write_model(R"({"name":7})");
  EXPECT_NE(load().find("is not a TensorFlow.js model"), std::string::npos);
  write_file(scratch / "m/model.json",
             R"({"weightsManifest":[{"paths":["../../etc/passwd"],"weights":[]}]})");
  EXPECT_NE(load().find("without folders"), std::string::npos);
}

}  // namespace
}  // namespace ganvas
