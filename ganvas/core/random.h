// Random numbers: a small generator for data, and the state of torch's own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

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

  /// True with this probability.
  bool chance(double probability) { return uniform() < probability; }

 private:
  uint64_t state_;
};

/// The order in which epoch `epoch` visits `size` samples: a permutation of 0 .. size - 1.
std::vector<int64_t> shuffled_order(int64_t size, uint64_t seed, int64_t epoch);

/// Seeds torch's default generators, CPU and GPU.
void seed_torch(uint64_t seed);

/// The state of torch's default CPU generator, and of the GPU's if there is one: [n] uint8 each.
NamedTensors torch_random_state();

/// Puts back what torch_random_state() gave. States of absent devices are passed over.
/// Throws Error if a state has the wrong size.
void set_torch_random_state(const NamedTensors& state);

/// Puts torch's generators back at the end of a scope: what is drawn inside leaves no trace.
class KeepTorchRandom {
 public:
  KeepTorchRandom() : state_(torch_random_state()) {}
  ~KeepTorchRandom() { set_torch_random_state(state_); }
  KeepTorchRandom(const KeepTorchRandom&) = delete;
  KeepTorchRandom& operator=(const KeepTorchRandom&) = delete;

 private:
  NamedTensors state_;
};

}  // namespace ganvas
