// A network of another program as a method, so that all that runs methods runs it.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"
#include "ganvas/methods/inference.h"

namespace ganvas {
namespace {

/// What torch says of layers that do not fit together is no text for people.
template <typename Work>
auto with_clear_errors(const Foreign& foreign, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(foreign.source + ": " + error.what());
  } catch (const c10::Error& error) {
    throw Error(c10::str(foreign.source, ": its layers do not fit together (",
                         error.what_without_backtrace(), ")"));
  }
}

/// The network of a graph, for inference.
Network built(const Foreign& foreign, const Graph& graph) {
  return with_clear_errors(foreign, [&] {
    const auto network = network_of(graph);
    freeze(network);
    return network;
  });
}

/// A small image, to see whether the layers fit together.
void try_out(const Network& network, const Foreign& foreign) {
  constexpr int64_t kSide = 16,
                    kLargest = 1024;  // too small for kernels that keep filters in larger forms
  require(foreign.multiple <= kLargest, foreign.source, ": wants sides of multiples of ",
          foreign.multiple);
  const int64_t m = foreign.multiple, seen = (kSide + m - 1) / m * m;
  const auto made = with_clear_errors(
      foreign, [&] { return infer(network, at::zeros({1, foreign.channels_in, seen, seen})); });
  const int64_t side = foreign.scale * seen;
  const std::vector<int64_t> expected = {1, foreign.channels_out, side, side};
  require(made.sizes() == expected, foreign.source, ": makes ", made.sizes(), " of a side of ",
          seen, " pixels, expected ", expected);
}

double black_of(ValueRange range) {
  return range == ValueRange::kSigned ? -1 : 0;
}

double white_of(ValueRange range) {
  return range == ValueRange::kLevels ? 255 : 1;
}

/// [-1, 1] -> the network's range.
Tensor to_range(const Tensor& images, ValueRange range) {
  const double black = black_of(range), half = (white_of(range) - black) / 2;
  return range == ValueRange::kSigned ? images : (images + 1) * half + black;
}

Tensor from_range(const Tensor& made, ValueRange range) {
  const double black = black_of(range), half = (white_of(range) - black) / 2;
  return range == ValueRange::kSigned ? made : (made - black) / half - 1;
}

/// A pass by rows on images in [-1, 1].
class RangedRows final : public RowPass {
 public:
  RangedRows(std::unique_ptr<RowPass> pass, ValueRange range)
      : pass_(std::move(pass)), range_(range) {}

  Tensor next(const Tensor& rows) override {
    const c10::NoGradGuard no_gradients;
    const auto made = pass_->next(to_range(rows, range_));
    return made.defined() ? from_range(made.to(at::kFloat), range_).clamp(-1, 1) : made;
  }

 private:
  std::unique_ptr<RowPass> pass_;
  ValueRange range_;
};

/// What a method keeps of it.
Foreign without_tensors(Foreign foreign) {
  foreign.tensors.clear();
  return foreign;
}

class ForeignMethod final : public Method {
 public:
  explicit ForeignMethod(const Foreign& foreign)
      : foreign_(without_tensors(foreign)),
        network_(add_network("network", built(foreign, foreign.graph))) {
    const auto is_image = [](int64_t channels) { return channels == 1 || channels == 3; };
    require(is_image(foreign.channels_in) && is_image(foreign.channels_out), foreign.source,
            ": takes ", foreign.channels_in, " channels and makes ", foreign.channels_out,
            ", expected 1 or 3: what the others mean is not told");
    try_out(network_, foreign);
    const auto scale = foreign.graph.scale();
    if (!scale.reach) return;
    const auto pixels = static_cast<int64_t>(std::ceil(*scale.reach));
    reach_ = (pixels + foreign.multiple) / foreign.multiple * foreign.multiple;
  }

  Game game() override { throw UsageError(foreign_.source + ": is not trained here"); }

  Abilities abilities() const override { return {.reach = reach_}; }
  int64_t size_multiple() const override { return foreign_.multiple; }

  std::unique_ptr<RowPass> translation_by_rows(int64_t height) override {
    auto pass = network_.row_pass(height);
    return pass ? std::make_unique<RangedRows>(std::move(pass), foreign_.range) : nullptr;
  }

 protected:
  Tensor run_translation(const Tensor& images, Direction) override {
    const auto made = infer(network_, to_range(images, foreign_.range));
    return from_range(made, foreign_.range).clamp(-1, 1);
  }

 private:
  Foreign foreign_;
  Network network_;
  int64_t reach_ = 0;
};

class ForeignClassifier final : public Method {
 public:
  explicit ForeignClassifier(const Foreign& foreign)
      : foreign_(without_tensors(foreign)),
        trunk_(add_network("trunk", built(foreign, foreign.graph))),
        head_(add_network("head", built(foreign, foreign.head))) {
    with_clear_errors(foreign, [&] {
      return features_and_logits(at::zeros({1, foreign.channels_in, foreign.side, foreign.side}),
                                 Domain::kA);
    });
  }

  Game game() override { throw UsageError(foreign_.source + ": is not trained here"); }

  Abilities abilities() const override { return {.directions = {}, .predicts = Predicts::kClass}; }

  FeaturesAndLogits features_and_logits(const Tensor& images, Domain) override {
    return features_and_logits_of(trunk_, {head_}, to_range(images, foreign_.range));
  }

 private:
  Foreign foreign_;
  Network trunk_, head_;
};

}  // namespace

std::unique_ptr<Method> method_of(const Foreign& foreign) {
  if (foreign.classes > 0) return std::make_unique<ForeignClassifier>(foreign);
  return std::make_unique<ForeignMethod>(foreign);
}

}  // namespace ganvas
