// The upper half of an fp32 number.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/util/BFloat16.h>

namespace ganvas::kernels {

using Bf16 = c10::BFloat16;

}  // namespace ganvas::kernels
