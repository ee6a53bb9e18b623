// The named tensors of a network that another program has trained.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/state_dict.h"

#include <algorithm>
#include <cctype>

#include "ganvas/core/error.h"

namespace ganvas {

bool StateDict::has_any(const std::string& prefix) const {
  const auto first = tensors_.lower_bound(prefix);
  return first != tensors_.end() && first->first.rfind(prefix, 0) == 0;
}

Tensor StateDict::take(const std::string& name) {
  const auto found = tensors_.find(name);
  require(found != tensors_.end(), "has no tensor ", name);
  require(found->second.is_floating_point(), name, ": got numbers of type ",
          found->second.scalar_type(), ", expected real ones");
  require(found->second.numel() > 0, name, ": got the empty shape ", found->second.sizes());
  taken_.insert(name);
  return found->second.to(at::kFloat).contiguous();
}

Tensor StateDict::take_if_any(const std::string& name) {
  return has(name) ? take(name) : Tensor();
}

std::vector<int64_t> StateDict::shape(const std::string& name) const {
  const auto found = tensors_.find(name);
  require(found != tensors_.end(), "has no tensor ", name);
  return found->second.sizes().vec();
}

int64_t StateDict::size(const std::string& name, size_t dimension) const {
  const auto sizes = shape(name);
  require(dimension < sizes.size(), name, ": got the shape ", at::IntArrayRef(sizes), ", expected ",
          dimension + 1, " dimensions or more");
  require(sizes[dimension] > 0, name, ": got the empty shape ", at::IntArrayRef(sizes));
  return sizes[dimension];
}

std::vector<int64_t> StateDict::numbers(const std::string& prefix, int64_t least) const {
  std::set<int64_t> all;
  for (auto it = tensors_.lower_bound(prefix);
       it != tensors_.end() && it->first.rfind(prefix, 0) == 0; ++it) {
    size_t end = prefix.size();
    while (end < it->first.size() && end < prefix.size() + 6 &&
           std::isdigit(static_cast<unsigned char>(it->first[end])) != 0) {
      ++end;
    }
    if (end > prefix.size())
      all.insert(std::stoll(it->first.substr(prefix.size(), end - prefix.size())));
  }
  require(std::ssize(all) >= least, "has ", all.size(), " layers ", prefix, "N, expected at least ",
          least);
  return {all.begin(), all.end()};
}

void StateDict::rename(const std::string& from, const std::string& to) {
  std::map<std::string, Tensor> renamed;
  for (auto& [name, tensor] : tensors_) {
    const bool is_meant = name.rfind(from, 0) == 0;
    renamed.emplace(is_meant ? to + name.substr(from.size()) : name, tensor);
  }
  tensors_ = std::move(renamed);
}

bool StateDict::take_off_common_head() {
  if (tensors_.empty()) return false;
  const auto& first = tensors_.begin()->first;
  const auto head = first.substr(0, first.find('.') + 1);
  const bool is_common =
      !head.empty() && std::all_of(tensors_.begin(), tensors_.end(), [&](const auto& item) {
        return item.first.rfind(head, 0) == 0;
      });
  if (is_common) rename(head, "");
  return is_common;
}

void StateDict::pass_over(const std::string& suffix) {
  std::erase_if(tensors_, [&](const auto& item) { return item.first.ends_with(suffix); });
}

void StateDict::pass_over_prefix(const std::string& prefix) {
  std::erase_if(tensors_, [&](const auto& item) { return item.first.rfind(prefix, 0) == 0; });
}

std::string StateDict::metadata(const std::string& key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? "" : found->second;
}

std::string StateDict::first_left() const {
  for (const auto& [name, tensor] : tensors_) {
    if (taken_.count(name) == 0) return name;
  }
  return "";
}

}  // namespace ganvas
