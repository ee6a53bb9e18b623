// Files of weights from strangers: what they are, and what they are not.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/weights.h"

#include <cmath>
#include <functional>

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/families/family.h"
#include "ganvas/store/known_models.h"
#include "ganvas/store/ncnn.h"
#include "ganvas/store/torch_file.h"
#include "tests/support/errors.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

const fs::path kGolden = fs::path(GANVAS_GOLDEN) / "families";

class WeightsFile : public testing::Test {
 protected:
  std::string refusal(const std::string& name, const std::string& bytes) {
    write_file(scratch_ / name, bytes);
    return error_of([&] { read_foreign(scratch_ / name); });
  }
  Scratch scratch_;
};

TEST_F(WeightsFile, WhatHoldsNoWeightsIsCalledWhatItIs) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "is empty"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 66958607\n", "Git LFS"},
      {"\n<!DOCTYPE html><html><head><title>Google Drive", "page of the web"},
      {"<html><body>404", "page of the web"},
      {std::string("\x08\x08\x12\x07pytorch\x1a\x05", 13) + "2.1.0:", "ONNX"},
      {std::string("PK\3\4\x14\0\0\0\0\0", 10) + std::string(400, 'x'), "cut off"},
      {std::string("PK\3\4", 4) + std::string(90, 'x') + std::string("PK\5\6", 4) +
           std::string(18, '\0'),
       "zip archive without weights"},
      {std::string("\x1f\x8b\x08\0", 4) + std::string(50, 'x'), "packed archive"},
      {"\x89HDF\r\n\x1a\n" + std::string(50, 'x'), "HDF5"},
      {"GGUF" + std::string(50, 'x'), "GGUF"},
      {std::string(500, 'q'), "no format that is known"},
      {"7767517\n1 1\nInput data 0 1 data\n", "not beside it"}};
  for (const auto& [bytes, part] : cases) {
    // The name says nothing.
    EXPECT_TRUE(contains(refusal("x.pth", bytes), part)) << refusal("x.pth", bytes);
  }
  EXPECT_TRUE(contains(error_of([&] { read_foreign(scratch_ / "none.pth"); }), "no such file"));
}

TEST_F(WeightsFile, CutOffAnywhereItIsRefused) {
  for (const auto* file : {"dncnn.pth", "compact-half.pth"}) {
    const auto whole = read_file(kGolden / file);
    for (size_t size = 0; size < whole.size(); size += 997) {
      EXPECT_FALSE(refusal("cut.pth", whole.substr(0, size)).empty()) << file << " " << size;
    }
  }
}

// A changed number goes unseen; a changed structure must be an Error, and nothing else.
TEST_F(WeightsFile, FlippedAnywhereItIsAnErrorAtWorst) {
  const auto whole = read_file(kGolden / "compact-x1.pth");
  for (size_t place = 0; place < whole.size(); place += 37) {
    for (const char flip : {'\x01', '\x55', '\xff'}) {
      auto bytes = whole;
      bytes[place] = static_cast<char>(bytes[place] ^ flip);
      write_file(scratch_ / "flipped.pth", bytes);
      try {
        method_of(read_foreign(scratch_ / "flipped.pth"));
      } catch (const Error&) {
        continue;
      }
    }
  }
}

/// A pickle of the plain sequence: the objects of `body`, then the keys of its storages.
std::string sequence(const std::string& body, const std::string& rest) {
  const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  return magic + "\x80\x02M\xe9\x03.\x80\x02}." + "\x80\x02" + body + "." + "\x80\x02]q\x01" + rest;
}

TEST_F(WeightsFile, HostilePicklesAreRefused) {
  // A mapping that holds itself twice would be walked for ever.
  EXPECT_TRUE(contains(
      refusal("self.pth",
              sequence(std::string("}q\x02X\x01\0\0\0ah\x02sX\x01\0\0\0bh\x02s", 21), ".")),
      "no tensors"));
  // {"w": subprocess.call("x")}
  EXPECT_TRUE(contains(
      refusal("call.pth", sequence(std::string("}X\x01\0\0\0w", 7) + "csubprocess\ncall\n" +
                                       std::string("X\x01\0\0\0x\x85Rs", 9),
                                   ".")),
      "subprocess.call"));
  // An object with a state.
  EXPECT_TRUE(
      contains(refusal("object.pth", sequence(std::string("cmy.models\nNet\n)\x81}b"), ".")),
               "my.models.Net"));
}

TEST_F(WeightsFile, WrappersAndPrefixesAreTakenOff) {
  const auto unwrapped = [](std::vector<std::string> names) {
    std::map<std::string, Tensor> tensors;
    for (const auto& name : names) tensors[name] = at::zeros({1});
    const auto wrapper = take_off_wrapper(tensors).name;
    return wrapper + " " + tensors.begin()->first;
  };
  EXPECT_EQ(unwrapped({"params_ema.conv.weight", "params.conv.weight"}), "params_ema conv.weight");
  EXPECT_EQ(unwrapped({"module.conv.weight", "module.a.bias"}), "module a.bias");
  EXPECT_EQ(unwrapped({"state_dict.module.netG.conv.weight", "optimizer.state.0"}),
            "state_dict.module.netG conv.weight");
  EXPECT_EQ(unwrapped({"model.0.weight", "model.2.weight"}), " model.0.weight");
  EXPECT_EQ(unwrapped({"model.model.0.weight", "model.model.1.model.1.weight"}),
            " model.model.0.weight");
  EXPECT_EQ(unwrapped({"model.conv_first.weight", "model.body.0.weight"}), "model body.0.weight");
  EXPECT_EQ(unwrapped({"conv.weight"}), " conv.weight");
}

TEST_F(WeightsFile, OfSeveralNetworksTheWantedOneIsTaken) {
  const auto filters = at::zeros({1, 1, 3, 3});
  const std::map<std::string, Tensor> state = {{"netG_A.a.weight", filters},
                                               {"netG_B.b.weight", filters},
                                               {"optimizer.0.weight", filters},
                                               {"epoch.0", at::zeros({1})}};
  auto tensors = state;
  const auto likeliest = take_off_wrapper(tensors);
  EXPECT_EQ(likeliest.name, "netG_A");
  EXPECT_EQ(likeliest.others, std::vector<std::string>{"netG_B"});
  tensors = state;
  EXPECT_EQ(take_off_wrapper(tensors, "netG_B").name, "netG_B");
  EXPECT_EQ(tensors.begin()->first, "b.weight");
  tensors = state;
  EXPECT_TRUE(contains(error_of([&] { take_off_wrapper(tensors, "netD"); }),
                       "has no network netD, expected one of netG_A, netG_B"));
}

TEST_F(WeightsFile, UnknownNetworksAreNamedWithTheNearest) {
  const auto refused = [&](std::map<std::string, Tensor> tensors) {
    NamedTensors named(tensors.begin(), tensors.end());
    write_safetensors(scratch_ / "x.safetensors", named, {});
    return error_of([&] { read_foreign(scratch_ / "x.safetensors"); });
  };
  const auto weight = at::ones({4, 4, 3, 3});
  auto rrdb = read_weights(kGolden / "rrdb-x4.pth").tensors;
  rrdb.erase("conv_hr.bias");
  rrdb.erase("conv_hr.weight");
  EXPECT_TRUE(contains(refused(rrdb), "has no tensor conv_hr.weight"));
  rrdb = read_weights(kGolden / "rrdb-x4.pth").tensors;
  rrdb["extra.weight"] = weight;
  EXPECT_TRUE(contains(refused(rrdb), "does not know, extra.weight"));
  EXPECT_TRUE(
      contains(refused({{"layers.0.residual_group.blocks.0.attn.qkv.weight", weight}}), "SwinIR"));
  EXPECT_TRUE(contains(refused({{"model.0.weight", at::ones({4, 3, 4, 4})},
                                {"model.11.weight", at::ones({1, 4, 4, 4})}}),
                       "discriminator"));
  EXPECT_TRUE(contains(refused({{"encoder.weight", weight}}),
                       "not known here: encoder.weight [4, 4, 3, 3]"));
}

TEST_F(WeightsFile, NcnnSaysWhichLayerIsWrong) {
  const auto graph_error = [&](const std::string& layers, size_t bytes) {
    write_file(scratch_ / "n.param", "7767517\n2 2\nInput data 0 1 data\n" + layers);
    write_file(scratch_ / "n.bin", std::string(bytes, '\0'));
    return error_of([&] { method_of(read_foreign(scratch_ / "n.param")); });
  };
  const std::string conv = "Convolution c 1 1 data out 0=3 1=3 4=1 5=1 6=81\n";
  EXPECT_EQ(graph_error(conv, 4 + 81 * 4 + 12), "");
  EXPECT_TRUE(contains(graph_error(conv, 100), "end after 100 bytes"));
  EXPECT_TRUE(contains(graph_error(conv, 1000), "leaves"));
  EXPECT_TRUE(contains(graph_error("Einsum e 1 1 data out\n", 0), "layer e: is a Einsum"));
  EXPECT_TRUE(contains(graph_error("ReLU r 1 1 other out\n", 0), "which no layer before it makes"));
  EXPECT_TRUE(contains(graph_error("Convolution c 1 1 data out 0=3 1=x\n", 0), "expected numbers"));
  EXPECT_TRUE(contains(graph_error("Convolution c 1 1 data out 0=3 1=99999999999999 6=81\n", 400),
                       "layer c"));
  EXPECT_TRUE(contains(graph_error("PReLU p 1 1 data out 0=-5\n", 40), "got -5 numbers"));
  std::string wide;
  for (int i = 0; i < 20; ++i) {
    wide += c10::str("Interp i", i, " 1 1 ", i == 0 ? "data" : c10::str("m", i), " m", i + 1,
                     " 0=1 1=64 2=64\n");
  }
  EXPECT_TRUE(contains(graph_error(wide, 0), "times as"));
}

TEST_F(WeightsFile, KnownModelsAreFoundByNameOrExplained) {
  setenv("GANVAS_MODELS", (scratch_ / "models").c_str(), /*overwrite=*/1);
  const auto missing = error_of([] { find_known_model("RealESRGAN_x4plus"); });
  EXPECT_TRUE(contains(missing, "67 MB, BSD-3-Clause"));
  EXPECT_TRUE(contains(missing, (scratch_ / "models").string()));
  EXPECT_EQ(find_known_model("no-such-model"), std::nullopt);
  make_folders(scratch_ / "models");
  write_file(scratch_ / "models/realesrgan-x4plus.param", "x");
  write_file(scratch_ / "models/realesrgan-x4plus.bin", "x");
  write_file(scratch_ / "models/My_Own.safetensors", "x");
  EXPECT_EQ(find_known_model("realesrgan-x4plus"), scratch_ / "models/realesrgan-x4plus.param");
  EXPECT_EQ(find_known_model("my-own"), scratch_ / "models/My_Own.safetensors");
  unsetenv("GANVAS_MODELS");
}

TEST_F(WeightsFile, HostileGraphsAreRefused) {
  const auto refused = [&](const std::string& layers, size_t bytes = 0) {
    write_file(scratch_ / "h.param", "7767517\n2 2\nInput data 0 1 data\n" + layers);
    write_file(scratch_ / "h.bin", std::string(bytes, '\0'));
    return error_of([&] { method_of(read_foreign(scratch_ / "h.param")); });
  };
  EXPECT_TRUE(contains(refused("Concat c 0 1 out\n"), "takes 0 maps"));
  std::string doubling;
  for (int i = 0; i < 26; ++i) {
    const auto from = i == 0 ? std::string("data") : c10::str("m", i);
    doubling += c10::str("Concat c", i, " 2 1 ", from, " ", from, " m", i + 1, "\n");
  }
  EXPECT_TRUE(contains(refused(doubling), "channels"));
  // Maps of two sizes joined: never read beside each other.
  const std::string conv = " 0=32 1=3 4=1 5=0 6=864\n", wide = " 0=32 1=3 4=1 5=0 6=18432\n";
  EXPECT_TRUE(
      contains(refused("Convolution a 1 1 data a" + conv + "Interp b 1 1 a b 0=1 1=2 2=2\n" +
                           "Concat c 2 1 b a c\nConvolution d 1 1 c d" + wide +
                           "Convolution e 1 1 d e 0=3 1=3 4=1 5=0 6=864\n",
                       (864 + 18432 + 864) * 4 + 12),
               "expected one size"));
  EXPECT_TRUE(
      contains(refused("Convolution a 1 1 data a 0=3 1=3 4=1 5=0 6=81\nPReLU p 1 1 a p 0=2\n",
                       4 + 81 * 4 + 8),
               "2 slopes for 3"));
  EXPECT_TRUE(contains(refused("Pooling p 1 1 data p 0=1 1=2 2=2 6=1\n"), "parameter 6"));
}

TEST_F(WeightsFile, NetworksOfBrokenNumbersAreRefused) {
  const auto refused = [&](const std::string& name,
                           const std::function<void(std::map<std::string, Tensor>&)>& change) {
    auto tensors = read_weights(kGolden / (name + ".pth")).tensors;
    change(tensors);
    write_safetensors(scratch_ / "x.safetensors", NamedTensors(tensors.begin(), tensors.end()), {});
    return error_of([&] { method_of(read_foreign(scratch_ / "x.safetensors")); });
  };
  EXPECT_TRUE(contains(
      refused("compact-x4", [](auto& t) { t["body.2.weight"].flatten()[5] = NAN; }), "not finite"));
  EXPECT_TRUE(contains(refused("compact-x4", [](auto& t) { t.erase("body.2.bias"); }),
                       "no tensor body.2.bias"));
  EXPECT_TRUE(contains(refused("compact-x4", [](auto& t) { t["body.2.bias"] = at::zeros({1}); }),
                       "bias of 1"));
  EXPECT_TRUE(contains(
      refused("rrdb-x4", [](auto& t) { t["conv_first.weight"] = at::zeros({4, 0, 3, 3}); }),
      "empty shape"));
  EXPECT_TRUE(
      contains(refused("msrresnet-x4", [](auto& t) { t["upconv1.weight"] = at::zeros({4}); }),
               "dimensions"));
  EXPECT_TRUE(contains(refused("dncnn",
                               [](auto& t) {
                                 t["model.0.weight"] = at::zeros({6, 2, 3, 3});
                                 t["model.6.weight"] = at::zeros({2, 6, 3, 3});
                                 t["model.6.bias"] = at::zeros({2});
                               }),
                       "expected 1 or 3"));
}

TEST_F(WeightsFile, WhatIsInAFolderOfNamesIsFound) {
  auto tensors = read_weights(kGolden / "compact-x4.pth").tensors;
  NamedTensors inside;
  for (const auto& [name, tensor] : tensors) inside.emplace_back("photo2art." + name, tensor);
  write_safetensors(scratch_ / "x.safetensors", inside, {});
  EXPECT_EQ(read_foreign(scratch_ / "x.safetensors").family, "compact");
}

}  // namespace
}  // namespace ganvas
