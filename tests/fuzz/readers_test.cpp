// Every reader on whole files, and on those cut off and changed here and there: it reads them or refuses them.
// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/readers.h"

#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// What each reader is given: files of the repository, and small ones that the fuzzer found telling.
std::vector<std::string> seeds_of(const std::string& reader) {
  const auto golden = fs::path(GANVAS_GOLDEN);
  const auto network = read_file(golden / "families" / "dncnn.pth");
  const auto checkpoint = read_file(golden / "single.safetensors");
  const std::string param = "7767517\n2 2\nInput data 0 1 data\nReLU relu 1 1 data out\n";
  if (reader == "weights" || reader == "network") return {network, checkpoint};
  if (reader == "torch") return {network, read_file(golden / "sequence.pth")};
  if (reader == "safetensors" || reader == "checkpoint") return {checkpoint};
  if (reader == "ncnn") return {param + std::string(1, '\0')};
  if (reader == "keras")
    return {
        R"({"modelTopology":{},"weightsManifest":[{"paths":["group1-shard1of1.bin"],"weights":[{"name":"a","shape":[1],"dtype":"float32"}]}]})" +
        std::string(5, '\0')};
  if (reader == "deeplearnjs") {
    return {R"({"weight":{"filename":"weight","shape":[1]}})" + std::string(5, '\0'),
            R"({"weight":{"filename":")" + std::string(300, 'R') + R"(","shape":[1]}})"};
  }
  if (reader == "events") return {"{\"kind\":\"step\",\"step\":1}\n{\"kind\":1,\"step\":{}}\n"};
  if (reader == "run") return {R"({"method":"gan","data":"d","knobs":{},"seen":["a",{},3]})"};
  if (reader == "json") return {R"({"size":256,"flip":true})"};
  if (reader == "boxes") return {R"({"a":[[0,0,1,1]]})"};
  if (reader == "junyanz") return {"model: pix2pix\n ngf: 64  [default: 1]\nn_epochs: 1e999\n"};
  if (reader == "idx") {
    return {std::string("\0\0\10\1\0\0\0\3abc", 11),
            std::string("\0\0\10\3\0\0\2\0\0\0\27\0\0\0\2\0", 16)};  // 386 MB in 16 bytes
  }
  if (reader == "list") return {"a.png b.png\n# x\n" + std::string(300, 'a') + "\n"};
  return {};
}

class Readers : public testing::TestWithParam<fuzz::Reader> {};

TEST_P(Readers, ReadOrRefuse) {
  constexpr int kChanged = 60;
  const auto& reader = GetParam();
  const Scratch scratch;
  Random random(/*seed=*/5, /*stream=*/1, /*substream=*/0);
  for (const auto& whole : seeds_of(reader.name)) {
    const auto last = static_cast<int64_t>(whole.size()) - 1;
    EXPECT_NO_THROW(fuzz::read_bytes(reader, whole, scratch / "."));
    for (int i = 0; i < kChanged; ++i) {
      auto bytes = whole;
      for (int64_t k = random.integer(0, 4); k >= 0; --k) {
        bytes[static_cast<size_t>(random.integer(0, last))] =
            static_cast<char>(random.integer(0, 255));
      }
      if (i % 3 == 0) bytes.resize(static_cast<size_t>(random.integer(0, last)));
      EXPECT_NO_THROW(fuzz::read_bytes(reader, bytes, scratch / ".")) << "change " << i;
    }
  }
}

std::vector<fuzz::Reader> with_seeds() {
  auto all = fuzz::readers();
  // Images are other libraries' to read; the tests of image/ have their hostile files.
  std::erase_if(all, [](const auto& row) { return row.name == "image" || row.name == "mask"; });
  return all;
}

INSTANTIATE_TEST_SUITE_P(Rows, Readers, testing::ValuesIn(with_seeds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ganvas
