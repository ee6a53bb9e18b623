// Where the weights that come along lie.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ganvas {

inline constexpr auto kRestorer = GANVAS_WEIGHTS "/restore.safetensors";
inline constexpr auto kVividRestorer = GANVAS_WEIGHTS "/restore-vivid.safetensors";
inline constexpr auto kUpscaler = GANVAS_WEIGHTS "/upscale-x4.safetensors";
inline constexpr auto kVividUpscaler = GANVAS_WEIGHTS "/upscale-x4-vivid.safetensors";

}  // namespace ganvas
