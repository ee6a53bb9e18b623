// The memory of large tensors: theirs alone, used again, bounded, and given back.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/tensor_memory.h"

#include <random>
#include <thread>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include "ganvas/core/tensor.h"

namespace ganvas {
namespace {

constexpr int64_t kMegabyte = int64_t{1} << 20;

Tensor bytes(int64_t count) {
  return at::empty({count}, at::kByte);
}

class TensorMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "AddressSanitizer watches over the C library's memory alone";
#endif
    keep_tensor_memory();
    release_tensor_memory();
  }
};

/// Makes tensors of all sizes and frees them in any order. Counts those whose numbers were touched by
/// others.
int64_t damaged_tensors(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::pair<Tensor, int>> tensors;
  int64_t damaged = 0;
  for (int i = 0; i < 400; ++i) {
    const int64_t count = int64_t{1} << (random() % 22);
    const int fill = static_cast<int>(random() % 256);
    tensors.emplace_back(at::full({count + static_cast<int64_t>(random() % 5000)}, fill, at::kByte),
                         fill);
    if (tensors.size() < 20) continue;
    const size_t which = random() % tensors.size();
    const auto& [tensor, value] = tensors[which];
    damaged += tensor.eq(value).all().item<bool>() ? 0 : 1;
    tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return damaged;
}

TEST_F(TensorMemoryTest, TensorsOfManyThreadsHaveTheirOwn) {
  const auto before = tensor_memory().used;
  std::vector<int64_t> damaged(4, -1);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&damaged, i] { damaged[i] = damaged_tensors(i); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(damaged, std::vector<int64_t>(4, 0));
  EXPECT_EQ(tensor_memory().used, before);
  EXPECT_GT(tensor_memory().kept, 0U);
  release_tensor_memory();
  EXPECT_EQ(tensor_memory().kept, 0U);
}

TEST_F(TensorMemoryTest, AFreedTensorsPagesGoToTheNext) {
  auto one = bytes(10 * kMegabyte);
  const auto* place = one.const_data_ptr();
  one.reset();
  const auto kept = tensor_memory().kept;
  EXPECT_GE(kept, static_cast<size_t>(10 * kMegabyte));
  const auto two = bytes(4 * kMegabyte), three = bytes(6 * kMegabyte);
  EXPECT_EQ(two.const_data_ptr(), place);
  EXPECT_EQ(tensor_memory().kept, kept - static_cast<size_t>(10 * kMegabyte));
}

TEST_F(TensorMemoryTest, GapsDoNotAddUp) {
  std::vector<Tensor> pins;
  const auto before = tensor_memory().used;
  for (int64_t size = 1; size <= 64; ++size) {
    bytes(size * kMegabyte);           // fits no gap that those before it left
    pins.push_back(bytes(kMegabyte));  // and this keeps the gap from growing
  }
  const auto at_once = before + static_cast<size_t>((64 + 64) * kMegabyte) * 9 / 8;
  const auto [used, kept] = tensor_memory();
  EXPECT_LE(used + kept, at_once * 9 / 8);
}

TEST_F(TensorMemoryTest, TensorsGrowAcrossTheBoundOfWhatIsLarge) {
  auto tensor = at::full({1000}, 7, at::kByte);
  tensor.resize_({3 * kMegabyte});
  EXPECT_TRUE(tensor.narrow(0, 0, 1000).eq(7).all().item<bool>());
}

}  // namespace
}  // namespace ganvas
