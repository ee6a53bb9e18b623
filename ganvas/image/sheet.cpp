// Contact sheets: images side by side.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/sheet.h"

#include <ATen/ops/ones.h>

#include "ganvas/core/error.h"
#include "ganvas/image/convert.h"

namespace ganvas {

Image make_sheet(const std::vector<std::vector<Tensor>>& rows) {
  require(!rows.empty() && !rows[0].empty(), "sheet: got no images");
  constexpr int64_t kGap = 4;
  const int64_t height = rows[0][0].size(1), width = rows[0][0].size(2);
  const auto columns = static_cast<int64_t>(rows[0].size());
  auto sheet = at::ones({3, static_cast<int64_t>(rows.size()) * (height + kGap) - kGap,
                         columns * (width + kGap) - kGap});
  int64_t top = 0;
  for (const auto& row : rows) {
    int64_t left = 0;
    for (const auto& image : row) {
      sheet.narrow(1, top, height).narrow(2, left, width).copy_(image.expand({3, -1, -1}));
      left += width + kGap;
    }
    top += height + kGap;
  }
  return to_image(sheet);
}

}  // namespace ganvas
