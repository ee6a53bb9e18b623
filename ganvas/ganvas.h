// The public API on one page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/device.h"       // IWYU pragma: export
#include "ganvas/core/error.h"        // IWYU pragma: export
#include "ganvas/core/version.h"      // IWYU pragma: export
#include "ganvas/data/dataset.h"      // IWYU pragma: export
#include "ganvas/evaluate/pairs.h"    // IWYU pragma: export
#include "ganvas/image/codec.h"       // IWYU pragma: export
#include "ganvas/image/convert.h"     // IWYU pragma: export
#include "ganvas/image/mosaic.h"      // IWYU pragma: export
#include "ganvas/inference/model.h"   // IWYU pragma: export
#include "ganvas/methods/method.h"    // IWYU pragma: export
#include "ganvas/metrics/fidelity.h"  // IWYU pragma: export
#include "ganvas/nn/recipes.h"        // IWYU pragma: export
#include "ganvas/tasks/task.h"        // IWYU pragma: export
#include "ganvas/train/train.h"       // IWYU pragma: export
