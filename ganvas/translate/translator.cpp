// A trained model at work: a picture in, a picture out.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/translate/translator.h"

#include <cstring>

#include "ganvas/core/random.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"

namespace ganvas {

Translator::Translator(const std::filesystem::path& model, const Machine& machine)
    : machine_(machine) {
  const auto checkpoint = open_checkpoint(find_checkpoint(model));
  info_ = checkpoint.info;
  method_ = load_method(checkpoint);
  for (const auto& [name, network] : method_->networks()) network.to(machine.device);
}

std::string Translator::knob(const std::string& name) const {
  return find_setting(info_.settings, name).value_or("");
}

Tensor Translator::operator()(const Tensor& a, uint64_t seed) const {
  const KeepTorchRandom keep;
  seed_torch(seed);
  const PrecisionScope precision(machine_);
  const auto padded = pad_to_multiple(a.unsqueeze(0), method_->size_multiple());
  const auto b = method_->translate(padded.to(machine_.device)).cpu().squeeze(0);
  return b.narrow(1, 0, a.size(1)).narrow(2, 0, a.size(2)).contiguous();
}

Image Translator::operator()(const Image& image, int64_t size, uint64_t seed) const {
  const auto channels = info_.task().channels_a;
  require(channels == 1 || channels == 3, "translate: the model wants ", channels,
          " channels (a mosaic and its mask), a picture has 3; use ganvas eval or ganvas demo");
  auto a = to_tensor(image, channels);
  if (size > 0) a = resize(a, size, size);
  return with_colors(image, resize((*this)(a, seed), image.height, image.width));
}

Image half_of(const Image& image, Half half) {
  auto result = make_image(image.width / 2, image.height, image.channels, image.bits);
  const auto row = static_cast<size_t>(result.width * image.channels * (image.bits / 8));
  const auto whole_row = static_cast<size_t>(image.width * image.channels * (image.bits / 8));
  const size_t begin = half == Half::kLeft ? 0 : whole_row - row;
  for (size_t y = 0; y < static_cast<size_t>(image.height); ++y) {
    std::memcpy(&result.bytes[y * row], &image.bytes[y * whole_row + begin], row);
  }
  return result;
}

}  // namespace ganvas
