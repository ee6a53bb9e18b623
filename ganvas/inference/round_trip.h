// What two domains let one measure without pairs: the way there and back, and the class.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ganvas/core/device.h"
#include "ganvas/methods/method.h"

namespace ganvas {

/// An image's translation, and what comes back by way of the other domain. [C, H, W] on the CPU
/// in [-1, 1]; `again` is undefined where the method does not translate back.
struct RoundTrip {
  Tensor made, again;

  /// The mean absolute difference of `image` and `again`, as a share of the range.
  double distance(const Tensor& image) const;
};

/// image: [C, H, W] in [-1, 1] of any size. Throws UsageError if the method does not translate
/// that way.
RoundTrip round_trip(Method& method, const Tensor& image, Direction way, const Machine& machine);

/// The class, or domain, that a method's classifier gives an image [C, H, W] of a domain.
int64_t class_of(Method& method, const Tensor& image, Domain domain, const Machine& machine);

/// Whether a method tells an image's class, or domain, right; none if its label is not known.
///   label: of the class; where the method tells domains, the domain is the label
std::optional<bool> predicts_right(Method& method, const Tensor& image, Domain domain,
                                   int64_t label, const Machine& machine);

}  // namespace ganvas
