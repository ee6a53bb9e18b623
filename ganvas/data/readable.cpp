// A data set without what cannot be read of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/readable.h"

#include <algorithm>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

class Readable final : public Dataset {
 public:
  Readable(std::unique_ptr<Dataset> all, std::vector<int64_t> numbers)
      : all_(std::move(all)), numbers_(std::move(numbers)) {}

  int64_t size() const override { return std::ssize(numbers_); }
  int64_t count_a() const override { return count_under(all_->count_a()); }
  int64_t count_b() const override { return count_under(all_->count_b()); }
  Modes modes() const override { return all_->modes(); }
  std::string mark() const override { return all_->mark(); }
  std::string fitting() const override { return all_->fitting(); }
  Sample get(int64_t i, Random random) const override {
    return all_->get(numbers_.at(static_cast<size_t>(i)), random);
  }

 private:
  int64_t count_under(int64_t limit) const {
    return std::lower_bound(numbers_.begin(), numbers_.end(), limit) - numbers_.begin();
  }

  std::unique_ptr<Dataset> all_;
  std::vector<int64_t> numbers_;  // of the samples that can be read, ascending
};

}  // namespace

std::unique_ptr<Dataset> readable(std::unique_ptr<Dataset> data, int64_t most,
                                  std::vector<std::string>& reasons) {
  std::vector<int64_t> numbers;
  const int64_t looked_at = std::min(data->size(), most);
  for (int64_t i = 0; i < looked_at; ++i) {
    try {
      data->get(i, Random(0));
      numbers.push_back(i);
    } catch (const Error& error) {
      reasons.emplace_back(error.what());
    }
  }
  if (std::ssize(numbers) == looked_at) return data;
  if (numbers.empty()) return nullptr;
  return std::make_unique<Readable>(std::move(data), std::move(numbers));
}

}  // namespace ganvas
