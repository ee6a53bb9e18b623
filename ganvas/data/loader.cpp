// Batches, made ahead of time by worker threads.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>
#include <omp.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

/// The orders of the epochs that are being read: each is shuffled once.
class Orders {
 public:
  using Order = std::shared_ptr<const std::vector<int64_t>>;

  Orders(int64_t size, uint64_t seed) : size_(size), seed_(seed) {}

  Order of(int64_t epoch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& order = known_[epoch];
    if (!order) {
      order = std::make_shared<const std::vector<int64_t>>(shuffled_order(size_, seed_, epoch));
    }
    const Order found = order;
    known_.erase(known_.begin(), known_.lower_bound(epoch - 1));  // a slow worker may need the last
    return found;
  }

 private:
  int64_t size_;
  uint64_t seed_;
  std::mutex mutex_;  // guards known_
  std::map<int64_t, Order> known_;
};

/// The sample at position `position` of the endless stream, or the nearest later one that can be
/// read.
Sample readable_sample(const Dataset& data, Orders& orders, uint64_t seed, int64_t position,
                       std::vector<std::string>& skipped) {
  const int64_t size = data.size();
  const auto order = orders.of(position / size);
  std::string reason;
  for (int64_t tried = 0; tried < size; ++tried) {
    const int64_t i = (*order)[static_cast<size_t>((position + tried) % size)];
    try {
      return data.get(i, Random(seed, /*stream=*/1, static_cast<uint64_t>(position)));
    } catch (const Error& error) {
      reason = error.what();
      skipped.push_back(reason);
    }
  }
  throw Error(c10::str("data: none of ", size, " samples can be read; the last: ", reason));
}

/// [N] int64; undefined if one of them is unknown.
Tensor labels(const std::vector<int64_t>& all) {
  if (std::find(all.begin(), all.end(), kNoLabel) != all.end()) return {};
  return at::tensor(all, at::kLong);
}

Loaded make_batch(const Dataset& data, Orders& orders, const LoaderConfig& config, int64_t number) {
  Loaded loaded;
  std::vector<Tensor> a, b;
  std::vector<int64_t> label_a, label_b;
  const int64_t count = config.count > 0 ? config.count : config.batch;
  for (int64_t k = 0; k < count; ++k) {
    const int64_t position = number * config.batch + config.first + k;
    auto sample = readable_sample(data, orders, config.seed, position, loaded.skipped);
    a.push_back(std::move(sample.a));
    if (sample.b.defined()) b.push_back(std::move(sample.b));
    label_a.push_back(sample.label_a);
    label_b.push_back(sample.label_b);
  }
  const auto images = at::stack(a);
  loaded.batch = {images, b.empty() ? images : at::stack(b), labels(label_a), labels(label_b)};
  if (config.pinned) loaded.batch = loaded.batch.pinned();
  return loaded;
}

}  // namespace

class Loader::Crew {
 public:
  Crew(const Dataset& data, const LoaderConfig& config)
      : data_(data),
        config_(config),
        orders_(data.size(), config.seed),
        next_made_(config.first_batch),
        next_used_(next_made_) {
    for (int64_t i = 0; i < config.workers; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Crew() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  Loaded next() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return ready_.count(next_used_) > 0; });
    auto [loaded, failure] = std::move(ready_.extract(next_used_++).mapped());
    changed_.notify_all();
    if (failure) std::rethrow_exception(failure);
    return std::move(loaded);
  }

 private:
  void work() {
    omp_set_num_threads(1);  // of this thread's operations; the step needs the others
    const c10::NoGradGuard no_gradients;
    const int64_t ahead = 2 * config_.workers;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return stopping_ || next_made_ < next_used_ + ahead; });
      if (stopping_) return;
      const int64_t number = next_made_++;
      lock.unlock();
      std::pair<Loaded, std::exception_ptr> made;
      try {
        made.first = make_batch(data_, orders_, config_, number);
      } catch (...) {
        made.second = std::current_exception();
      }
      lock.lock();
      ready_.emplace(number, std::move(made));
      changed_.notify_all();
    }
  }

  const Dataset& data_;
  const LoaderConfig config_;
  Orders orders_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  int64_t next_made_, next_used_;
  std::map<int64_t, std::pair<Loaded, std::exception_ptr>> ready_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

Loader::Loader(const Dataset& data, const LoaderConfig& config)
    : crew_(std::make_unique<Crew>(data, config)) {}

Loader::~Loader() = default;

Loaded Loader::next() {
  return crew_->next();
}

}  // namespace ganvas
