// What two domains let one measure without pairs: the way there and back, and the class.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/round_trip.h"

#include "ganvas/inference/padded.h"

namespace ganvas {

double RoundTrip::distance(const Tensor& image) const {
  return (again - image).abs().mean().item<double>() / 2;  // of a range of [-1, 1]
}

RoundTrip round_trip(Method& method, const Tensor& image, Direction way, const Machine& machine) {
  RoundTrip trip{translate_padded(method, image, way, machine), {}};
  if (method.abilities().translates(opposite(way))) {
    trip.again = translate_padded(method, trip.made, opposite(way), machine);
  }
  return trip;
}

int64_t class_of(Method& method, const Tensor& image, Domain domain, const Machine& machine) {
  const auto batch = image.unsqueeze(0).to(machine.device);
  return method.classify(batch, domain).argmax(1).item<int64_t>();
}

std::optional<bool> predicts_right(Method& method, const Tensor& image, Domain domain,
                                   int64_t label, const Machine& machine) {
  if (method.abilities().predicts == Predicts::kDomain) label = domain == Domain::kA ? 0 : 1;
  if (label == kNoLabel) return std::nullopt;
  return class_of(method, image, domain, machine) == label;
}

}  // namespace ganvas
