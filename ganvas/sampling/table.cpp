// Numbers as files that other programs read.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

/// The numbers of a line; none if something else stands in it.
std::vector<double> numbers_of(std::string line) {
  const auto separates = [](char c) { return c == ',' || c == ';' || c == '\t'; };
  std::replace_if(line.begin(), line.end(), separates, ' ');
  std::istringstream fields(line);
  std::vector<double> numbers;
  for (double number = 0; fields >> number;) numbers.push_back(number);
  fields.clear();
  std::string rest;
  return fields >> rest ? std::vector<double>{} : numbers;
}

}  // namespace

std::vector<std::vector<double>> read_table(const std::string& text, const std::string& name,
                                            size_t least, size_t most,
                                            const std::string& expected) {
  std::vector<std::vector<double>> rows;
  std::istringstream lines(text);
  std::string line;
  for (int64_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \r") == std::string::npos || line[0] == '#') continue;
    const auto numbers = numbers_of(line);
    const bool fits = numbers.size() >= least && numbers.size() <= most &&
                      (rows.empty() || numbers.size() == rows[0].size());
    if (!fits && rows.empty() && std::isalpha(static_cast<unsigned char>(line[0]))) continue;
    require_usage(fits, name, ": line ", number, " is '", line, "', expected ", expected);
    rows.push_back(numbers);
  }
  return rows;
}

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
