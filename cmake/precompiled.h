// Headers that nearly every file of the library includes, and that are slow to read. Nothing may rely
// on them: each file includes what it uses.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/config.h"
#include "ganvas/core/error.h"
#include "ganvas/core/tensor.h"
