// The state of a run between two steps: what a checkpoint holds.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/session.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/families/pretrained.h"
#include "ganvas/store/features.h"

namespace ganvas {
namespace {

constexpr auto kRandomPrefix = "random/";
constexpr auto kBest =
    "best_l1";  // earlier versions' best_score is of whole images, where this is of mosaics

void append(NamedTensors& all, const std::string& prefix, const NamedTensors& more) {
  for (const auto& [name, tensor] : more) all.emplace_back(prefix + name, tensor);
}

/// The first tensor with a number that is not finite, empty if all are.
std::string first_infinite(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>()) return name;
  }
  return "";
}

std::unique_ptr<Method> fresh_method(const RunSpec& spec, const Machine& machine) {
  seed_torch(static_cast<uint64_t>(spec.train.seed));
  auto method = find_method(spec.method).build(spec.method_settings, spec.data.images);
  load_pretrained(*method);
  move_to(*method, machine.device);
  return method;
}

/// Which samples of a step's batch are this process'.
WholeBatch whole_of(const TrainConfig& config, World& world) {
  require_usage(config.batch >= world.size(), "--batch: got ", config.batch, " samples a step for ",
                world.size(), " processes, which share them; expected one for each at least");
  WholeBatch whole;
  whole.size = config.batch;
  whole.first = world.rank() * config.batch / world.size();
  whole.count = (world.rank() + 1) * config.batch / world.size() - whole.first;
  whole.has_one_norm = config.sync_norm;
  whole.sum = [&world](const Tensor& tensor) { world.sum(tensor); };
  return whole;
}

}  // namespace

Session::Session(const RunSpec& spec, const Machine& machine, World& world)
    : machine_(machine),
      world_(world),
      share_(whole_of(spec.train, world)),
      ema_(spec.train.ema),
      method_(fresh_method(spec, machine)),
      match_(*method_, machine, {spec.train.accumulate, spec.run.inner_maps}) {
  info_.method = spec.method;
  for (const auto& knob : spec.knobs()) info_.settings.emplace_back(knob.name, knob.value);
  if (!world.is_alone()) match_.play_with(world, share_);
  if (ema_ == 0) return;
  for (const auto& [name, tensor] : parameters_of(*method_)) {
    averaged_.push_back(tensor);
    averages_.emplace_back(name, tensor.detach().clone());
  }
}

PlayedTerms Session::play(const Batch& batch, double lr_factor) {
  auto terms = match_.play(batch.to(machine_.device), step_, lr_factor);
  average_weights();
  ++step_;
  return terms;
}

void Session::average_weights() {
  const c10::NoGradGuard no_gradients;
  for (size_t i = 0; i < averages_.size(); ++i) {
    averages_[i].second.lerp_(averaged_[i], 1 - ema_);
  }
}

NamedTensors Session::weights() const {
  auto all = parameters_of(*method_);
  append(all, "", buffers_of(*method_));
  append(all, "ema/", averages_);
  return all;
}

NamedTensors Session::state() const {
  auto all = weights();
  append(all, "", match_.state());
  append(all, "memory/", method_->memory());
  return all;
}

void Session::save(const std::filesystem::path& path, const NamedTensors& more) const {
  auto all = state();
  append(all, kRandomPrefix, torch_random_state());
  all.emplace_back(kBest, at::full({}, best_score, at::kDouble));
  append(all, "", more);
  auto info = info_;
  info.step = step_;
  write_checkpoint(path, info, all);
}

bool Session::is_finite() const {
  return first_infinite(state()).empty();
}

void Session::require_finite() const {
  auto infinite = first_infinite(state());
  if (!world_.any(!infinite.empty())) return;
  if (infinite.empty()) infinite = "the state of another process";
  throw NotFiniteState(
      c10::str("step ", step_, ": ", infinite, " has numbers that are not finite"));
}

void Session::copy_from_first() {
  if (world_.is_alone()) return;
  std::vector<Tensor> all;
  for (const auto& [name, tensor] : state()) all.push_back(tensor);
  const auto numbers = at::tensor({static_cast<double>(step_), best_score}, at::kDouble);
  all.push_back(numbers);
  world_.copy_from_first(all);
  step_ = std::llround(numbers[0].item<double>());
  best_score = numbers[1].item<double>();
  set_torch_random_state(world_.tensors_from_first(torch_random_state()));
}

double Session::state_bytes() const {
  double bytes = 0;
  for (const auto& [name, tensor] : state()) bytes += static_cast<double>(tensor.nbytes());
  return bytes;
}

void Session::save_weights(const std::filesystem::path& path) const {
  auto info = info_;
  info.step = step_;
  auto all = weights();
  all.emplace_back(kBest, at::full({}, best_score, at::kDouble));
  write_checkpoint(path, info, all);
}

void Session::load_best_score(const std::filesystem::path& path) {
  if (!path_exists(path)) return;
  try {
    const auto best = open_checkpoint(path);
    if (!best.file.shape(kBest)) return;  // of an earlier version
    best_score = std::min(best_score, best.file.read(kBest).item<double>());
  } catch (const Error& error) {
    warn(c10::str(error.what(),
                  "; the next validation that is better than those before writes it anew"));
  }
}

std::vector<std::string> Session::begin_with(const Checkpoint& other) {
  const c10::NoGradGuard no_gradients;
  auto names = load_networks(other, *method_);
  begin_averages();
  return names;
}

std::vector<std::string> Session::begin_with_foreign(const std::filesystem::path& path) {
  const c10::NoGradGuard no_gradients;
  auto names = load_foreign_networks(path, *method_);
  begin_averages();
  return names;
}

void Session::begin_averages() {
  for (size_t i = 0; i < averages_.size(); ++i) averages_[i].second.copy_(averaged_[i]);
}

void Session::load(const Checkpoint& checkpoint) {
  const auto& file = checkpoint.file;
  load_tensors(file, state());
  NamedTensors random;
  for (const auto& [name, tensor] : torch_random_state()) {
    if (file.shape(kRandomPrefix + name))
      random.emplace_back(name, file.read(kRandomPrefix + name));
  }
  set_torch_random_state(random);
  if (file.shape(kBest)) best_score = file.read(kBest).item<double>();
  step_ = checkpoint.info.step;
}

}  // namespace ganvas
