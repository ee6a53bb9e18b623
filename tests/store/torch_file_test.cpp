// Files of torch.save(): both forms as torch wrote them, and files from strangers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/torch_file.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "tests/support/errors.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

const fs::path kFolder = GANVAS_GOLDEN;

class TorchFile : public testing::TestWithParam<const char*> {};

TEST_P(TorchFile, HoldsWhatTorchSaved) {
  auto tensors = read_torch_file(kFolder / GetParam());
  const auto numbers = at::arange(24, at::kFloat);
  EXPECT_EQ(tensors.size(), 6U);
  EXPECT_TRUE(tensors["whole"].equal(numbers.view({2, 3, 4})));
  EXPECT_TRUE(tensors["turned"].equal(numbers.view({4, 6}).slice(0, 1).slice(1, 2).t()));
  EXPECT_TRUE(tensors["parameter"].equal(at::tensor({0.5F, -2.0F})));
  EXPECT_TRUE(tensors["half"].equal(at::tensor({1.5F}).to(at::kHalf).view({1, 1})));
  EXPECT_EQ(tensors["steps"].item<int64_t>(), 7);
  EXPECT_EQ(tensors["empty"].numel(), 0);
}

// Damage may go unseen where it only changes a number; it must never be worse than an Error.
TEST_P(TorchFile, DamageIsAnErrorAtWorst) {
  const Scratch scratch;
  const auto whole = read_file(kFolder / GetParam());
  int refused = 0;
  const auto try_reading = [&](const std::string& bytes) {
    write_file(scratch / "damaged.pth", bytes);
    try {
      read_torch_file(scratch / "damaged.pth");
    } catch (const Error& error) {
      ++refused;
      EXPECT_NE(std::string(error.what()).find("damaged.pth: "), std::string::npos) << error.what();
    }
  };
  for (size_t size = 0; size < whole.size(); size += 7) try_reading(whole.substr(0, size));
  EXPECT_EQ(refused, static_cast<int>((whole.size() + 6) / 7));
  for (size_t place = 0; place < whole.size(); place += 7) {
    auto bytes = whole;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x55);
    try_reading(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, TorchFile, testing::Values("archive.pth", "sequence.pth"),
                         [](const auto& row) { return std::string(row.param, 0, 7); });

TEST(TorchFileRefusal, NothingIsRun) {
  const Scratch scratch;
  const auto refusal = [&](const std::string& bytes) {
    write_file(scratch / "x.pth", bytes);
    return error_of([&] { read_torch_file(scratch / "x.pth"); });
  };
  EXPECT_NE(refusal("no file of torch").find("expected a state_dict()"), std::string::npos);
  const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  const std::string start = magic + "\x80\x02M\xe9\x03.\x80\x02}.";
  // {"x": os.system("touch run")}
  const std::string harm = std::string("\x80\x02}X\x01\0\0\0x", 9) + "cos\nsystem\n" +
                           std::string("X\x09\0\0\0touch run\x85Rs.\x80\x02].", 22);
  EXPECT_NE(refusal(start + harm).find("holds a call of os.system"), std::string::npos)
      << refusal(start + harm);
  EXPECT_FALSE(fs::exists("run"));
  // A hundred thousand tuples in one another.
  std::string nest = start + "\x80\x02)";
  for (int i = 0; i < 100000; ++i) nest += '\x85';
  EXPECT_NE(refusal(nest + ".\x80\x02].").find("holds no tensors"), std::string::npos);
}

}  // namespace
}  // namespace ganvas
