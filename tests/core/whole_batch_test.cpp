// Draws and sums of processes that compute parts of one batch, set beside one that computes all of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/whole_batch.h"

#include <thread>

#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/random.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

/// Three samples of four belong to the second process.
WholeBatch second_of_two() {
  return {.first = 1, .count = 3, .size = 4, .sum = [](const Tensor&) {}};
}

TEST(WholeBatch, EachProcessHasItsPartOfWhatOneDraws) {
  const auto x = at::rand({3, 4, 5, 6}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto all = at::rand({4, 4, 5, 6}).contiguous(at::MemoryFormat::ChannelsLast).fill_(1);
  const std::vector<std::function<Tensor(const Tensor&)>> draws = {
      [](const Tensor& like) { return draw_normal(like.sizes(), like.options()); },
      [](const Tensor& like) { return draw_normal_like(like); },
      [](const Tensor& like) { return draw_uniform(like.sizes(), like.options()); },
      [](const Tensor& like) { return draw_dropout(like / like, 0.4); },
      [](const Tensor& like) {  // two groups, as of two domains
        return draw_normal({2 * like.size(0), 7}, like.options()).view({2, -1, 7}).transpose(0, 1);
      }};
  for (size_t i = 0; i < draws.size(); ++i) {
    seed_torch(5);
    const auto expected = draws[i](all);
    seed_torch(5);
    const auto part = second_of_two();
    const WholeBatchScope scope(&part);
    EXPECT_TRUE(draws[i](x).equal(expected.narrow(0, 1, 3))) << "draw " << i;
    EXPECT_TRUE(draw_uniform_of_step({2}, at::kFloat).sizes() == at::IntArrayRef({2}));
  }
}

TEST(WholeBatch, PacksStayWhole) {
  const WholeBatch part{.first = 2, .count = 4, .size = 6, .sum = [](const Tensor&) {}};
  const auto packs = at::rand({3, 2});
  EXPECT_TRUE(part.mine(packs).equal(packs.narrow(0, 1, 2)));
  const auto cut = second_of_two();
  EXPECT_TRUE(contains(error_of([&] { cut.mine(at::rand({2, 2})); }), "whole packs of 2"));
}

/// Two threads as two processes whose sums meet.
class Pair {
 public:
  void sum(int which, const Tensor& tensor) {
    {
      std::unique_lock lock(mutex_);
      parts_[which] = tensor.clone();
      ++there_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return there_ >= 2; });
    }
    tensor.detach().copy_(parts_[0] + parts_[1]);
    std::unique_lock lock(mutex_);
    if (++read_ == 2) {
      there_ = read_ = 0;
      changed_.notify_all();
    } else {
      changed_.wait(lock, [this] { return read_ == 0; });
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Tensor parts_[2];
  int there_ = 0, read_ = 0;
};

TEST(WholeBatch, SumsAndTheirGradientsReachAll) {
  const auto all = at::rand({4, 3});
  const auto loss_of = [](const Tensor& whole, const Tensor& mine) {
    return (whole.mean(0).square().sum() * mine).sum();
  };
  auto x = all.clone().requires_grad_();
  const auto expected = torch::autograd::grad({loss_of(x, x)}, {x})[0];
  Pair pair;
  Tensor gradients[2];
  const auto work = [&](int which) {
    const WholeBatch part{
        .first = which, .count = 1 + 2 * which, .size = 4, .sum = [&, which](const Tensor& t) {
          pair.sum(which, t);
        }};
    const WholeBatchScope scope(&part);
    auto mine = part.mine(all).clone().requires_grad_();
    EXPECT_TRUE(all_of_batch(mine).equal(all));
    EXPECT_TRUE(close(mean_of_batch(mine.mean(0)), all.mean(0), {1e-6, 1e-6}));
    gradients[which] = torch::autograd::grad({loss_of(all_of_batch(mine), mine)}, {mine})[0];
  };
  std::thread other([&] { work(0); });
  work(1);
  other.join();
  EXPECT_TRUE(close(at::cat({gradients[0], gradients[1]}), expected, {1e-6, 1e-6}));
}

}  // namespace
}  // namespace ganvas
