// The named tensors of a network that another program has trained.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Tensors by name, each taken once or more while a graph is built of them: those that nobody takes tell that
/// the network is another one.
class StateDict {
 public:
  explicit StateDict(std::map<std::string, Tensor> tensors,
                     std::map<std::string, std::string> metadata = {})
      : tensors_(std::move(tensors)), metadata_(std::move(metadata)) {}

  bool has(const std::string& name) const { return tensors_.count(name) > 0; }
  bool has_any(const std::string& prefix) const;

  /// A tensor in fp32. Throws Error if there is none of this name.
  Tensor take(const std::string& name);

  /// The same, or an undefined one.
  Tensor take_if_any(const std::string& name);

  /// Sizes of a tensor. Throws Error if there is none of this name.
  std::vector<int64_t> shape(const std::string& name) const;

  /// One of them. Throws Error if there is none.
  int64_t size(const std::string& name, size_t dimension) const;

  /// The numbers that follow the prefix in names, each once, sorted: of "body.0.weight" and "body.2.bias" with
  /// "body.", 0 and 2.
  ///   Throws Error if there are fewer than `least`.
  std::vector<int64_t> numbers(const std::string& prefix, int64_t least = 0) const;

  /// Renames tensors that begin with `from`.
  void rename(const std::string& from, const std::string& to);

  /// Takes off what all names begin with up to a dot, "photo2art." say. False if they have nothing in common.
  bool take_off_common_head();

  /// Leaves out what nobody needs: counters of batch norms, constants.
  void pass_over(const std::string& suffix);
  void pass_over_prefix(const std::string& prefix);

  /// What the file says besides tensors, "" if nothing.
  std::string metadata(const std::string& key) const;

  size_t taken() const { return taken_.size(); }

  /// The first tensor that was not taken, empty if all were.
  std::string first_left() const;

  const std::map<std::string, Tensor>& tensors() const { return tensors_; }

 private:
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
  std::set<std::string> taken_;
};

}  // namespace ganvas
