// The layers of classifiers of photographs up to their scores, which measures look into too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/families/family.h"

namespace ganvas {

// Each appends a network's layers to a graph without steps, with torchvision's names ("features.0.weight"), and
// notes which maps its activations are. The graph's input is in [0, 1].

/// Iandola et al., 2016 (arXiv:1602.07360), versions 1.0 and 1.1.
void add_squeezenet(StateDict& state, Foreign& made);

/// What makes maps half as large.
enum class Pooling {
  kMax,
  kL2  // the root of a blurred square; Ding et al., TPAMI 2020 (arXiv:2004.07728), Eq. 2
};

/// Simonyan and Zisserman, ICLR 2015 (arXiv:1409.1556), with batch norm or without.
void add_vgg(StateDict& state, Foreign& made, Pooling pooling = Pooling::kMax);

/// Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014 (arXiv:1404.5997).
void add_alexnet(StateDict& state, Foreign& made);

}  // namespace ganvas
