// Files of numbers that commands write.
// SPDX-License-Identifier: Apache-2.0
#include "cli/numbers.h"

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/sampling/table.h"

namespace ganvas {

void require_number_file(const fs::path& out) {
  require_usage(out.extension() == ".csv" || out.extension() == ".npy", "--out: got ", out.string(),
                ", expected a name that ends in .csv or .npy");
}

void write_numbers(const Tensor& numbers, const std::string& header, const fs::path& out) {
  require_number_file(out);
  write_file(out, out.extension() == ".csv" ? to_csv(numbers, header) : to_npy(numbers));
  note(c10::str(numbers.size(0), " samples in ", out.string()));
}

}  // namespace ganvas
