// Images by way of their codes.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/codes.h"

#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/stack.h>

#include "ganvas/core/error.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

Tensor shares(const Tensor& like, int64_t steps) {
  return at::linspace(0, 1, steps, like.options()).unsqueeze(1);
}

}  // namespace

Tensor line(const Tensor& first, const Tensor& last, int64_t steps) {
  return first + shares(first, steps) * (last - first);
}

Tensor arc(const Tensor& first, const Tensor& last, int64_t steps) {
  const auto cosine = (first * last).sum() / (first.norm() * last.norm());
  const auto angle = cosine.clamp(-1, 1).acos();
  if (angle.sin().item<double>() < 1e-4) return line(first, last, steps);
  const auto share = shares(first, steps);
  return (((1 - share) * angle).sin() * first + (share * angle).sin() * last) / angle.sin();
}

Tensor codes_of(const Model& model, const std::vector<Tensor>& images) {
  require_usage(model.method().abilities().encodes, "--model: ", model.info().method,
                " finds no codes of images; expected one of vae, vaegan");
  require(!images.empty(), "codes: got no images, expected at least one");
  const auto spec = model.info().image_spec();
  std::vector<Tensor> codes;
  for (const auto& image : images) {
    const auto fitted = resize(image, spec.side(), spec.side()).unsqueeze(0);
    codes.push_back(model.method().encode(fitted.to(model.machine().device)).cpu()[0]);
  }
  return at::stack(codes);
}

Tensor attribute(const Tensor& codes_with, const Tensor& codes_without) {
  return codes_with.mean(0) - codes_without.mean(0);
}

Tensor images_of(const Model& model, const Tensor& codes, int64_t label) {
  const auto abilities = model.method().abilities();
  require_usage(abilities.code > 0, "--model: ", model.info().method,
                " draws nothing from codes; expected one of dcgan, vae, vaegan");
  require_usage(label == 0 || label < abilities.classes, "--class: got ", label, ", expected 0 to ",
                std::max<int64_t>(0, abilities.classes - 1), " for this model");
  const auto device = model.machine().device;
  const auto labels = at::full({codes.size(0)}, label, at::kLong).to(device);
  return model.method().decode(codes.to(device), labels).cpu();
}

}  // namespace ganvas
