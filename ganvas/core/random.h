// Random numbers: a small generator for data, and the state of torch's own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A small random generator that is a pure function of its seeds, so that a sample of a data set
/// is the same whichever worker thread makes it, and after a resume.
///
/// SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
/// A value type; not to be shared between threads.
class Random {
 public:
  /// Independent streams for different `stream` and `index` under one `seed`.
  explicit Random(uint64_t seed, uint64_t stream = 0, uint64_t index = 0);

  uint64_t next();

  /// Uniform in [0, 1).
  double uniform();

  /// Uniform among low, low + 1, ..., high. Throws Error if high < low.
  int64_t integer(int64_t low, int64_t high);

  /// Two independent numbers of N(0, 1): Box and Muller, 1958.
  std::pair<double, double> normals();

  /// True with this probability.
  bool chance(double probability) { return uniform() < probability; }

 private:
  uint64_t state_;
};

/// The order in which epoch `epoch` visits `size` samples: a permutation of 0 .. size - 1.
std::vector<int64_t> shuffled_order(int64_t size, uint64_t seed, int64_t epoch);

/// What a training step draws for its samples, the first dimension, by torch's generator of the device: N(0, 1),
/// uniform in [0, 1), and dropout with its scale. A process that computes a part of a batch draws for all of it
/// (core/whole_batch.h), and has its own samples' part.
Tensor draw_normal(at::IntArrayRef shape, const at::TensorOptions& options);
Tensor draw_normal_like(const Tensor& x);
Tensor draw_uniform(at::IntArrayRef shape, const at::TensorOptions& options);
Tensor draw_dropout(const Tensor& x, double share);

/// The same for the whole step: equal in all processes.
Tensor draw_uniform_of_step(at::IntArrayRef shape, const at::TensorOptions& options);

/// Inside the scope all of that is drawn on the processor, whatever the device, so that a step of a GPU
/// can be set beside one of the processor. A scope of the thread.
class DrawOnProcessor {
 public:
  DrawOnProcessor();
  ~DrawOnProcessor();
  DrawOnProcessor(const DrawOnProcessor&) = delete;
  DrawOnProcessor& operator=(const DrawOnProcessor&) = delete;

 private:
  bool before_;
};

/// Seeds torch's default generators, CPU and GPU.
void seed_torch(uint64_t seed);

/// The state of torch's default CPU generator, and of the GPU's if there is one: [n] uint8 each.
NamedTensors torch_random_state();

/// Puts back what torch_random_state() gave. States of absent devices are passed over.
/// Throws Error if a state has the wrong size.
void set_torch_random_state(const NamedTensors& state);

/// Puts torch's generators back at the end of a scope: what is drawn inside leaves no trace.
class RandomStateScope {
 public:
  RandomStateScope() : state_(torch_random_state()) {}
  ~RandomStateScope() { set_torch_random_state(state_); }
  RandomStateScope(const RandomStateScope&) = delete;
  RandomStateScope& operator=(const RandomStateScope&) = delete;

 private:
  NamedTensors state_;
};

}  // namespace ganvas
