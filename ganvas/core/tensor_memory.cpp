// The memory of tensors on the CPU.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/tensor_memory.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

constexpr size_t kPage = size_t{1} << 12;

// Smaller tensors are left to the C library.
constexpr size_t kLarge = size_t{1} << 18;

/// Up to an eighth more, in whole pages, so that maps of nearly one size fit each other's places.
size_t rounded_up(size_t bytes) {
  size_t unit = kPage;
  while (unit * 16 <= bytes) unit *= 2;
  return (bytes + unit - 1) / unit * unit;
}

/// Ranges of pages, in use and free. A tensor gets the smallest free range that is large enough and
/// leaves the rest of it; free neighbours are one range.
class Pages {
 public:
  void* take(size_t bytes) {
    const std::lock_guard lock(mutex_);
    const size_t size = rounded_up(bytes);
    peak_ = std::max(peak_, used_ + size);
    auto fit = free_by_size_.lower_bound({size, 0});
    if (fit == free_by_size_.end()) {
      make_room(size);
      insert(mapped(size), size);
      fit = free_by_size_.lower_bound({size, 0});
    }
    const auto [found, start] = *fit;
    erase(free_.find(start));
    if (found > size) insert(start + size, found - size);
    sizes_.emplace(start, size);
    used_ += size;
    return reinterpret_cast<void*>(start);
  }

  /// False for memory that was not taken here.
  bool give_back(void* memory) {
    const auto start = reinterpret_cast<uintptr_t>(memory);
    if (start % kPage != 0) return false;
    const std::lock_guard lock(mutex_);
    const auto taken = sizes_.find(start);
    if (taken == sizes_.end()) return false;
    used_ -= taken->second;
    insert(start, taken->second);
    sizes_.erase(taken);
    return true;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    unmap(kept_);
    peak_ = used_;
  }

  TensorMemory memory() {
    const std::lock_guard lock(mutex_);
    return {used_, kept_};
  }

 private:
  using Ranges = std::map<uintptr_t, size_t>;

  static uintptr_t mapped(size_t size) {
    auto* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "memory: the system has no ", size >> 20,
            " MiB left for a tensor; work on smaller images or batches");
#ifdef MADV_HUGEPAGE
    madvise(memory, size, MADV_HUGEPAGE);  // a wish: all goes on without them
#endif
    return reinterpret_cast<uintptr_t>(memory);
  }

  /// Before more is mapped: gaps that nothing fitted go back, so that they do not add up.
  void make_room(size_t size) {
    const size_t most = peak_ + peak_ / 8, all = used_ + kept_ + size;
    if (all > most) unmap(std::min(kept_, all - most));
  }

  /// Gives free pages of that size in sum back to the system, out of the largest ranges.
  void unmap(size_t size) {
    while (size > 0) {
      const auto [largest, start] = *free_by_size_.rbegin();
      const size_t part = std::min(largest, (size + kPage - 1) / kPage * kPage);
      erase(free_.find(start));
      if (largest > part) insert(start, largest - part);
      munmap(reinterpret_cast<void*>(start + largest - part), part);
      size -= std::min(size, part);
    }
  }

  void insert(uintptr_t start, size_t size) {
    auto next = free_.lower_bound(start);
    if (next != free_.end() && next->first == start + size) {
      size += next->second;
      next = erase(next);
    }
    if (next != free_.begin()) {
      const auto previous = std::prev(next);
      if (previous->first + previous->second == start) {
        start = previous->first;
        size += previous->second;
        erase(previous);
      }
    }
    free_.emplace(start, size);
    free_by_size_.emplace(size, start);
    kept_ += size;
  }

  Ranges::iterator erase(Ranges::iterator range) {
    free_by_size_.erase({range->second, range->first});
    kept_ -= range->second;
    return free_.erase(range);
  }

  std::mutex mutex_;
  Ranges free_;  // size by start
  std::set<std::pair<size_t, uintptr_t>> free_by_size_;
  std::unordered_map<uintptr_t, size_t> sizes_;  // of what is in use, by start
  size_t used_ = 0, kept_ = 0, peak_ = 0;
};

/// Of the process, as torch's allocator is. Tensors may be freed after all else is destroyed.
Pages& pages() {
  static auto* const all = new Pages;
  return *all;
}

class PageAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* memory = bytes < kLarge ? c10::alloc_cpu(bytes) : pages().take(bytes);
    return {memory, memory, &give_back, at::Device(at::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }

  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

 private:
  static void give_back(void* memory) {
    if (memory != nullptr && !pages().give_back(memory)) c10::free_cpu(memory);
  }
};

}  // namespace

void keep_tensor_memory() {
#ifndef __SANITIZE_ADDRESS__
  static auto* const allocator = new PageAllocator;
  c10::SetCPUAllocator(allocator);
#endif
}

void release_tensor_memory() {
  pages().release();
}

TensorMemory tensor_memory() {
  return pages().memory();
}

}  // namespace ganvas
