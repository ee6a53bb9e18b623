// Which of the processor's instruction sets the kernels use.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/instructions.h"

#include <atomic>

#include <ATen/cpu/Utils.h>
#include <hwy/targets.h>

#include "ganvas/core/device.h"
#include "ganvas/kernels/private/tiles.h"
#include "ganvas/kernels/private/winograd_tiles.h"

namespace ganvas::kernels {

namespace {

std::atomic<bool> pairs_allowed = true, amx_allowed = true;

}  // namespace

void limit_instructions(const std::string& name) {
  pairs_allowed = name == "best" || name == "avx512";
  amx_allowed = name == "best";
  hwy::SetSupportedTargetsForTest(0);  // all that the processor has
  // Better sets have lower bits.
  const int64_t best = name == "avx2" ? HWY_AVX2 : name == "portable" ? HWY_SSE4 : 1;
  hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & ~(best - 1));
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

bool has_tiles() {
  static const bool has_pairs = processor_has("avx512_bf16");
  return has_pairs && pairs_allowed;
}

bool has_amx() {
  static const bool is_allowed_by_system = processor_has("amx_bf16") && at::cpu::init_amx();
  return has_tiles() && is_allowed_by_system && amx_allowed;
}

TileSet tile_set() {
  if (has_amx()) return amx_tile_set();
  return has_tiles() ? avx512_tile_set() : plain_tile_set();
}

std::string instructions() {
  return winograd_set(3).name();
}

}  // namespace ganvas::kernels
