// Random numbers: a small generator for data, and the state of torch's own.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/random.h"

#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rand.h>

#include "ganvas/core/error.h"
#include "ganvas/core/whole_batch.h"

namespace ganvas {
namespace {

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15U;

thread_local bool draw_on_processor = false;

at::TensorOptions place_of_draws(const at::TensorOptions& options) {
  return draw_on_processor ? options.device(at::kCPU) : options;
}

/// The shape of what is drawn for the samples of all processes.
std::vector<int64_t> of_whole_batch(at::IntArrayRef shape) {
  auto all = shape.vec();
  if (const auto* whole = whole_batch()) all.at(0) = all[0] * whole->size / whole->count;
  return all;
}

/// Room for draws for all samples, laid out in memory as `x`, by which their order goes.
Tensor empty_for(const Tensor& x) {
  return at::empty(of_whole_batch(x.sizes()),
                   place_of_draws(x.options()).memory_format(x.suggest_memory_format()));
}

/// This process' part of what was drawn.
Tensor for_samples(const Tensor& drawn, const at::TensorOptions& options) {
  const auto* whole = whole_batch();
  return (whole == nullptr ? drawn : whole->mine(drawn)).to(options.device());
}

}  // namespace

Random::Random(uint64_t seed, uint64_t stream, uint64_t index)
    : state_(mix(mix(mix(seed + kGolden) + stream + kGolden) + index + kGolden)) {}

uint64_t Random::next() {
  state_ += kGolden;
  return mix(state_);
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::pair<double, double> Random::normals() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  const double angle = 2 * M_PI * uniform();
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

int64_t Random::integer(int64_t low, int64_t high) {
  require(low <= high, "random integer: got the range ", low, "..", high, ", which is empty");
  const auto count = static_cast<uint64_t>(high - low) + 1;
  return low + static_cast<int64_t>(next() % count);  // bias below 2^-40 for the counts used here
}

std::vector<int64_t> shuffled_order(int64_t size, uint64_t seed, int64_t epoch) {
  std::vector<int64_t> order(static_cast<size_t>(size));
  std::iota(order.begin(), order.end(), int64_t{0});
  Random random(seed, /*stream=*/0x5eed, static_cast<uint64_t>(epoch));
  for (int64_t i = size - 1; i > 0; --i) {
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(random.integer(0, i))]);
  }
  return order;
}

Tensor draw_normal(at::IntArrayRef shape, const at::TensorOptions& options) {
  return for_samples(at::empty(of_whole_batch(shape), place_of_draws(options)).normal_(), options);
}

Tensor draw_normal_like(const Tensor& x) {
  return for_samples(empty_for(x).normal_(), x.options());
}

Tensor draw_uniform(at::IntArrayRef shape, const at::TensorOptions& options) {
  return for_samples(at::rand(of_whole_batch(shape), place_of_draws(options)), options);
}

Tensor draw_uniform_of_step(at::IntArrayRef shape, const at::TensorOptions& options) {
  return at::rand(shape, place_of_draws(options)).to(options.device());
}

Tensor draw_dropout(const Tensor& x, double share) {
  if (draw_on_processor) return x * draw_uniform(x.sizes(), x.options()).ge(share) / (1 - share);
  if (whole_batch() == nullptr) return at::dropout(x, share, /*train=*/true);
  return x * for_samples(empty_for(x).bernoulli_(1 - share).div_(1 - share), x.options());
}

DrawOnProcessor::DrawOnProcessor() : before_(std::exchange(draw_on_processor, true)) {}

DrawOnProcessor::~DrawOnProcessor() {
  draw_on_processor = before_;
}

void seed_torch(uint64_t seed) {
  at::manual_seed(seed);
}

NamedTensors torch_random_state() {
  NamedTensors state;
  const auto add = [&state](const char* name, at::Generator generator) {
    const std::lock_guard<std::mutex> lock(generator.mutex());
    state.emplace_back(name, generator.get_state());
  };
  add("cpu", at::detail::getDefaultCPUGenerator());
  if (at::globalContext().hasCUDA()) {
    add("cuda", at::globalContext().defaultGenerator(at::Device(at::kCUDA)));
  }
  return state;
}

void set_torch_random_state(const NamedTensors& state) {
  for (const auto& [name, tensor] : state) {
    if (name == "cuda" && !at::globalContext().hasCUDA()) continue;
    auto generator = name == "cuda" ? at::globalContext().defaultGenerator(at::Device(at::kCUDA))
                                    : at::detail::getDefaultCPUGenerator();
    const std::lock_guard<std::mutex> lock(generator.mutex());
    require(tensor.scalar_type() == at::kByte && tensor.sizes() == generator.get_state().sizes(),
            "random state '", name, "': got ", tensor.sizes(), ", expected ",
            generator.get_state().sizes(), "; it was written by another version of torch");
    generator.set_state(tensor);
  }
}

}  // namespace ganvas
