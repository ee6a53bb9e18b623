// A step's batch of which this process computes a part.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/whole_batch.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <ATen/ops/cat.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

thread_local const WholeBatch* of_this_thread = nullptr;

/// [k n, ...] as [k, n, ...].
Tensor in_groups(const Tensor& tensor, int64_t n) {
  auto shape = tensor.sizes().vec();
  shape[0] = n;
  shape.insert(shape.begin(), tensor.size(0) / n);
  return tensor.reshape(shape);
}

/// How many samples lie in each item of a tensor for n samples: 1, or those of a pack.
int64_t pack_of(const Tensor& tensor, int64_t n) {
  require(tensor.dim() > 0 && tensor.size(0) > 0 &&
              (tensor.size(0) % n == 0 || n % tensor.size(0) == 0),
          "batch of several processes: got ", tensor.sizes(), " for ", n,
          " samples, expected a multiple of them, or packs of several");
  return std::max<int64_t>(1, n / tensor.size(0));
}

/// The sum over all processes, whose gradient is the sum of their gradients.
class SumOfAll final : public torch::autograd::Function<SumOfAll> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& mine,
                        const WholeBatch* whole) {
    context->saved_data["whole"] = std::bit_cast<int64_t>(whole);
    auto total = mine.clone(at::MemoryFormat::Contiguous);
    whole->sum(total);
    return total;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto* whole = std::bit_cast<const WholeBatch*>(context->saved_data["whole"].toInt());
    return {apply(gradients[0].contiguous(), whole), Tensor()};
  }
};

}  // namespace

Tensor WholeBatch::mine(const Tensor& all) const {
  const auto pack = pack_of(all, size);
  require(first % pack == 0 && count % pack == 0, "batch of several processes: got samples ", first,
          " to ", first + count, ", expected whole packs of ", pack,
          "; take a --batch of which each process has a multiple of them");
  return in_groups(all, size / pack).narrow(1, first / pack, count / pack).flatten(0, 1);
}

Tensor WholeBatch::total(const Tensor& mine) const {
  return SumOfAll::apply(mine, this);
}

Tensor WholeBatch::all(const Tensor& mine) const {
  const auto groups = in_groups(mine, count);
  auto before = groups.sizes().vec(), after = before;
  before[1] = first;
  after[1] = size - first - count;
  const auto mine_in_all = at::cat({groups.new_zeros(before), groups, groups.new_zeros(after)}, 1);
  return total(mine_in_all).flatten(0, 1);
}

Tensor WholeBatch::mean(const Tensor& mine) const {
  return total(mine * (static_cast<double>(count) / static_cast<double>(size)));
}

Tensor mean_of_batch(const Tensor& mine) {
  return of_this_thread == nullptr ? mine : of_this_thread->mean(mine);
}

Tensor all_of_batch(const Tensor& mine) {
  return of_this_thread == nullptr ? mine : of_this_thread->all(mine);
}

const WholeBatch* whole_batch() {
  return of_this_thread;
}

WholeBatchScope::WholeBatchScope(const WholeBatch* whole)
    : before_(std::exchange(of_this_thread, whole)) {}

WholeBatchScope::~WholeBatchScope() {
  of_this_thread = before_;
}

}  // namespace ganvas
