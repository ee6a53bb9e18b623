// Passes through a network whose inner maps are computed again when gradients are taken.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/recomputed.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ganvas/core/device.h"
#include "ganvas/core/random.h"
#include "ganvas/core/whole_batch.h"

namespace ganvas {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What running a pass again takes.
struct Pass : torch::CustomClassHolder {
  explicit Pass(std::shared_ptr<Module> of)
      : network(std::move(of)),
        mode(network->mode()),
        draws(torch_random_state()),
        whole(whole_batch()) {}

  std::shared_ptr<Module> network;
  Mode mode;
  NamedTensors draws;  // the state of the generators before the pass
  const WholeBatch* whole;
};

/// Parameters that are learned.
std::vector<Tensor> learned(const Module& network) {
  std::vector<Tensor> tensors;
  for (const auto& [name, tensor] : network.parameters()) {
    if (tensor.requires_grad()) tensors.push_back(tensor);
  }
  return tensors;
}

/// In one row: torch's functions of one's own take no lists of tensors.
Tensor in_a_row(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> rows;
  for (const auto& tensor : tensors) rows.push_back(tensor.reshape({-1}));
  return at::cat(rows);
}

class RecomputedPass final : public torch::autograd::Function<RecomputedPass> {
 public:
  // `row` is an argument so that gradients of the parameters are asked for.
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& /*row*/,
                        const c10::intrusive_ptr<Pass>& pass) {
    context->save_for_backward({input});
    context->saved_data["pass"] = c10::IValue::make_capsule(pass);
    const auto made = pass->network->forward(input);
    // Copies of weights in fewer bits, made where no gradients are, are of no use to those who want some.
    PrecisionScope::forget_weights();
    return made;
  }

  static variable_list backward(AutogradContext* context, const variable_list& slopes) {
    const auto pass =
        c10::static_intrusive_pointer_cast<Pass>(context->saved_data["pass"].toCapsule());
    const auto input = context->get_saved_variables()[0].detach();
    input.requires_grad_(context->needs_input_grad(0));
    auto wanted = context->needs_input_grad(1) ? learned(*pass->network) : std::vector<Tensor>();
    const size_t parameters = wanted.size();
    if (input.requires_grad()) wanted.push_back(input);
    auto gradients = torch::autograd::grad({run_again(*pass, input)}, wanted, slopes,
                                           /*retain_graph=*/false, /*create_graph=*/false,
                                           /*allow_unused=*/true);
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!gradients[i].defined()) gradients[i] = at::zeros_like(wanted[i]);
    }
    const auto of_input = input.requires_grad() ? gradients.back() : Tensor();
    gradients.resize(parameters);
    return {of_input, parameters > 0 ? in_a_row(gradients) : Tensor(), Tensor()};
  }

 private:
  static Tensor run_again(const Pass& pass, const Tensor& input) {
    const RandomStateScope leaves_no_trace;
    const WholeBatchScope as_before(pass.whole);  // a GPU's gradients are taken by another thread
    set_torch_random_state(pass.draws);
    const auto before = pass.network->mode();
    // The same pass, though in bf16 kernels that know gradients may round otherwise; running statistics have seen this
    // batch already.
    pass.network->set_mode(pass.mode == Mode::kTrain ? Mode::kBatchStatistics : pass.mode);
    const c10::AutoGradMode with_gradients(true);
    auto made = pass.network->forward(input);
    pass.network->set_mode(before);
    return made;
  }
};

}  // namespace

Tensor recomputed_pass(const std::shared_ptr<Module>& network, const Tensor& input) {
  const auto parameters = learned(*network);
  if (parameters.empty()) return network->forward(input);
  return RecomputedPass::apply(input, in_a_row(parameters), c10::make_intrusive<Pass>(network));
}

}  // namespace ganvas
