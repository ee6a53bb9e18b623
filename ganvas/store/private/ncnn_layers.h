// The layers of ncnn, and the graph that is made of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/graph.h"

namespace ganvas::ncnn {

inline constexpr int64_t kMostNumbers = int64_t{1} << 28;

/// A line of a .param.
struct LayerLine {
  std::string type, name;
  std::vector<std::string> inputs, outputs;
  std::map<int64_t, std::vector<double>> values;  // by ncnn's number of the parameter

  double number(int64_t key, double otherwise = 0) const {
    const auto found = values.find(key);
    return found == values.end() || found->second.empty() ? otherwise : found->second[0];
  }
  int64_t integer(int64_t key, int64_t otherwise = 0) const {
    const double value = number(key, static_cast<double>(otherwise));
    require(std::abs(value) < 1e9, "layer ", name, ": got the value ", value);
    return static_cast<int64_t>(value);
  }
  std::vector<double> list(int64_t key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::vector<double>() : found->second;
  }
};

/// The numbers of a .bin, one layer after the other.
class Numbers {
 public:
  explicit Numbers(std::string bytes) : bytes_(std::move(bytes)) {}

  /// Plain floats: biases, slopes.
  Tensor take(int64_t count) {
    const auto* from = take_bytes(count, sizeof(float));
    auto tensor = at::empty({count});
    std::memcpy(tensor.data_ptr(), from, static_cast<size_t>(count) * sizeof(float));
    return tensor;
  }

  /// Weights, behind a tag that says how they are stored.
  Tensor take_tagged(int64_t count) {
    constexpr uint32_t kHalf = 0x01306B47, kInt8 = 0x000D4B38, kAligned = 0x0002C056;
    uint32_t tag = 0;
    std::memcpy(&tag, take_bytes(1, sizeof tag), sizeof tag);
    if (tag == 0 || tag == kAligned) return take(count);
    require(tag != kInt8, "weights of 8 bits are not read; take the fp16 or fp32 file");
    if (tag == kHalf) {
      auto* from = const_cast<char*>(take_bytes(count, sizeof(at::Half)));
      pad();
      return at::from_blob(from, {count}, at::kHalf).to(at::kFloat);
    }
    require((tag & 0xff) != 0, "a tag of weights that is not known, ", tag);
    const auto table = take(256);
    const auto* from = take_bytes(count, 1);
    auto tensor = at::empty({count});
    auto* to = tensor.data_ptr<float>();
    const auto* values = table.const_data_ptr<float>();
    for (int64_t i = 0; i < count; ++i) to[i] = values[static_cast<uint8_t>(from[i])];
    pad();
    return tensor;
  }

  size_t left() const { return bytes_.size() - place_; }

 private:
  const char* take_bytes(int64_t count, size_t size) {
    require(count >= 0 && count <= kMostNumbers, "got ", count, " numbers");
    const auto bytes = static_cast<size_t>(count) * size;
    require(bytes <= left(), "its numbers end after ", bytes_.size(), " bytes, expected ",
            bytes - left(), " more; was it cut off, or is it of another .param?");
    const auto* from = bytes_.data() + place_;
    place_ += bytes;
    return from;
  }
  void pad() { place_ = std::min(bytes_.size(), (place_ + 3) / 4 * 4); }

  std::string bytes_;
  size_t place_ = 0;
};

/// A graph being made of layers.
class GraphMaker {
 public:
  GraphMaker(Graph& graph, Numbers& numbers) : graph_(graph), numbers_(numbers) {}

  void add_layer(const LayerLine& layer);
  size_t input(const LayerLine& layer, size_t i = 0) const {
    require(i < layer.inputs.size(), "layer ", layer.name, ": got ", layer.inputs.size(),
            " inputs, expected ", i + 1);
    const auto found = maps_.find(layer.inputs[i]);
    require(found != maps_.end(), "layer ", layer.name, ": takes ", layer.inputs[i],
            ", which no layer before it makes");
    return found->second;
  }
  void make(const LayerLine& layer, size_t map) {
    for (const auto& name : layer.outputs) maps_[name] = map;
    last_ = map;
  }
  size_t add(Step step) { return graph_.add(std::move(step)); }
  void add_activation(const LayerLine& layer, size_t map);
  Numbers& numbers() { return numbers_; }
  size_t last() const { return last_; }

 private:
  Graph& graph_;
  Numbers& numbers_;
  std::map<std::string, size_t> maps_;
  size_t last_ = 0;
};

}  // namespace ganvas::ncnn
