// A trained model at work: an image in, an image out.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/model.h"

#include <algorithm>

#include <c10/core/GradMode.h>

#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/core/version.h"
#include "ganvas/families/family.h"
#include "ganvas/image/alpha.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "ganvas/inference/enlarge.h"
#include "ganvas/inference/padded.h"
#include "ganvas/store/fingerprint.h"

namespace ganvas {
namespace {

/// "0,1,2": names of classes that a file does not name.
std::string counted(int64_t classes) {
  std::vector<std::string> names;
  for (int64_t k = 0; k < classes; ++k) names.push_back(std::to_string(k));
  return c10::Join(",", names);
}

}  // namespace

Model::Model(const std::filesystem::path& model, const Machine& machine)
    : path_(find_checkpoint(model)), machine_(machine) {
  if (is_checkpoint(path_)) {
    const auto checkpoint = open_checkpoint(path_);
    info_ = checkpoint.info;
    method_ = load_method(checkpoint);
  } else {
    const auto foreign = read_foreign(path_);
    info_.method = foreign.family;
    info_.settings = {{"scale", std::to_string(foreign.scale)},
                      {"channels-a", std::to_string(foreign.channels_in)},
                      {"channels-b", std::to_string(foreign.channels_out)}};
    if (foreign.classes > 0) {
      info_.settings.emplace_back("size", std::to_string(foreign.side));
      info_.settings.emplace_back("class-names", counted(foreign.classes));
    }
    method_ = method_of(foreign);
    if (!foreign.others.empty()) {
      note(c10::str(path_.string(), ": takes ", foreign.wrapper, "; it holds ",
                    c10::Join(", ", foreign.others),
                    " too, which ganvas export --network makes files of their own of"));
    }
    if (foreign.channels_in == 1 && foreign.channels_out == 1) {
      note(path_.string() + ": works on grey, so colours are left out");
    }
  }
  move_to(*method_, machine.device);
}

Model Model::view(Method& method, const CheckpointInfo& info, const Machine& machine) {
  Model model;
  model.info_ = info;
  model.machine_ = machine;
  model.method_ = std::shared_ptr<Method>(std::shared_ptr<Method>(), &method);
  return model;
}

std::string Model::knob(const std::string& name) const {
  return find_setting(info_.settings, name).value_or("");
}

void Model::move_towards(const Model& other, double share) {
  const c10::NoGradGuard no_gradients;
  std::vector<std::pair<Tensor, Tensor>> pairs;
  for (const auto& [name, network] : method_->networks()) {
    for (const auto& [other_name, other_network] : other.method_->networks()) {
      const auto own = network.parameters(), others = other_network.parameters();
      if (name != other_name || own.size() != others.size()) continue;
      for (size_t i = 0; i < own.size(); ++i) {
        const bool is_alike =
            own[i].first == others[i].first && own[i].second.sizes() == others[i].second.sizes();
        require(is_alike, path_.string(), " and ", other.path_.string(), ": their ", name,
                "s have other layers (", own[i].first, "), expected one network");
        pairs.emplace_back(own[i].second, others[i].second);
      }
    }
  }
  require(!pairs.empty(), path_.string(), " and ", other.path_.string(),
          ": have no network of equal name and layers, expected two of one kind");
  for (const auto& [own, others] : pairs) own.lerp_(others, share);
}

Provenance Model::provenance(const std::string& command, const Settings& given) const {
  Provenance p{
      std::string("ganvas ") + kVersion + " " + command, info_.method, fingerprint(path_), {}};
  for (const auto& [name, value] : given) {
    p.settings += (p.settings.empty() ? "--" : " --") + name + " " + value;
  }
  return p;
}

void Model::check(const Translation& how) const {
  const auto abilities = method_->abilities();
  require_usage(!abilities.directions.empty(), info_.method,
                abilities.predicts == Predicts::kClass
                    ? " classifies, and translates nothing; see ganvas cam"
                    : " translates nothing; see ganvas sample and ganvas eval");
  require_usage(abilities.translates(how.direction), "--direction: ", info_.method,
                " does not translate that way; leave it out");
  const int64_t fixed = abilities.fixed_size;
  require_usage(fixed == 0 || how.size == 0 || how.size == fixed, "--size: got ", how.size,
                ", but ", info_.method, " translates images of side ", fixed,
                " only; leave it out");
}

Tensor Model::operator()(const Tensor& pixels, const Translation& how) const {
  check(how);
  const RandomStateScope keep;
  seed_torch(how.seed);
  const bool goes_in_parts = method_->abilities().reach > 0 && info_.image_spec().scale == 1 &&
                             how.direction == Direction::kAtoB;
  constexpr int64_t kTile = 512;  // larger images would take memory in proportion
  if (goes_in_parts && std::max(pixels.size(1), pixels.size(2)) > kTile) {
    return enlarge(*this, pixels, {.tile = kTile});
  }
  const PrecisionScope precision(machine_);
  return translate_padded(*method_, pixels, how.direction, machine_);
}

namespace {

/// A grey image with room for colours: its bits, alpha and metadata stay.
Image colored(const Image& image) {
  auto wide = make_image(image.width, image.height, image.has_alpha() ? 4 : 3, image.bits);
  wide.metadata = image.metadata;
  return image.has_alpha() ? with_alpha(wide, alpha_of(image)) : wide;
}

}  // namespace

Image Model::operator()(const Image& image, const Translation& how) const {
  const auto channels = info_.image_spec().channels_in(how.direction);
  require(channels == 1 || channels == 3, "translate: the model wants ", channels,
          " channels, colours and a mask, an image has 3; use ganvas restore for mosaics, "
          "ganvas translate --mask for hidden parts");
  auto pixels = to_tensor(with_spread_colors(image), channels);
  check(how);
  const int64_t size = how.size > 0 ? how.size : method_->abilities().fixed_size;
  if (size > 0) pixels = resize(pixels, size, size);
  const auto made = resize((*this)(pixels, how), image.height, image.width);
  const bool gains_colors = channels == 1 && made.size(0) == 3 && image.colors() == 1;
  return with_colors(gains_colors ? colored(image) : image, made);
}

Image half_of(const Image& image, Half half) {
  const int64_t width = image.width / 2;
  return cut(image, half == Half::kLeft ? 0 : image.width - width, 0, width, image.height);
}

}  // namespace ganvas
