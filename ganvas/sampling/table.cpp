// Numbers as files that other programs read.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/table.h"

#include <array>
#include <charconv>

#include "ganvas/core/error.h"

namespace ganvas {

std::string to_csv(const Tensor& numbers, const std::string& header) {
  const auto all = numbers.to(at::kDouble).contiguous();
  const auto* number = all.const_data_ptr<double>();
  std::string text = header + "\n";
  for (int64_t row = 0; row < all.size(0); ++row) {
    for (int64_t column = 0; column < all.size(1); ++column) {
      std::array<char, 32> digits{};
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number++).ptr;
      if (column > 0) text += ',';
      text.append(digits.data(), end);
    }
    text += '\n';
  }
  return text;
}

std::string to_npy(const Tensor& numbers) {
  const auto all = numbers.to(at::kDouble).contiguous();
  const auto shape = all.size(1) == 1 ? c10::str("(", all.size(0), ",)")
                                      : c10::str("(", all.size(0), ", ", all.size(1), ")");
  auto header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
  constexpr size_t kPrefix = 10, kAlignment = 64;
  header.append(kAlignment - (kPrefix + header.size() + 1) % kAlignment, ' ').append("\n");
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  return bytes.append(static_cast<const char*>(all.const_data_ptr()),
                      static_cast<size_t>(all.numel()) * sizeof(double));
}

}  // namespace ganvas
