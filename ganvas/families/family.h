// Families of networks that people have weights of: recognised by their tensors, built as a graph.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ganvas/families/state_dict.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/graph.h"

namespace ganvas {

/// What numbers a network takes for black and white, and gives.
enum class ValueRange { kUnit, kSigned, kLevels };  // [0, 1], [-1, 1], [0, 255]

/// A network of one of the families.
struct Foreign {
  std::string source = {};               // the file, for messages
  std::string family = {};               // its row's name
  std::string format = {};               // "torch.save()"
  std::string wrapper = {};              // what stood in front of all names: "params_ema"
  std::string licence = {};              // if the file says it
  std::vector<std::string> others = {};  // networks of the file that were not taken

  // The file's tensors under the names that the family's program gives them today; none of ncnn and Keras.
  std::map<std::string, Tensor> tensors = {};
  bool is_of_basicsr = false;  // whose programs look for them in a mapping called "params"
  Graph graph = {};
  int64_t channels_in = 3, channels_out = 3;
  int64_t scale = 1;
  ValueRange range = ValueRange::kUnit;
  int64_t multiple = 1;  // of both sides of its input

  // Of a classifier: what makes scores of the last map of `graph`, how many, the side of its images in training.
  Graph head = {};
  int64_t classes = 0;
  int64_t side = 0;
  std::map<int64_t, size_t> maps =
      {};  // of layers' outputs that others look at, by torchvision's number
};

/// One row.
struct FamilyEntry {
  std::string name, summary;

  /// True if the names of the tensors are this family's.
  std::function<bool(const StateDict&)> recognises;

  /// Throws Error naming the first tensor that is missing or of another shape.
  std::function<Foreign(StateDict&)> build;
};

/// Every family, in the order in which they are asked.
const std::vector<FamilyEntry>& families();

/// The network of a file of weights that is no checkpoint of ours.
///   part: which network of several, as read_weights() takes it
///   Throws Error: what the file is instead, which network it holds that is not run here and what would run it, or
///   the first tensor that differs from the family that it is nearest to.
Foreign read_foreign(const std::filesystem::path& path, const std::string& part = "");

/// The network that named tensors are of.
///   who: begins errors' texts;  Throws Error as read_foreign()
Foreign network_of_tensors(std::map<std::string, Tensor> tensors, const std::string& who,
                           std::map<std::string, std::string> metadata = {});

/// A generator or an upscaler of ours as a graph, for values in [-1, 1] both ways; without dropout, and where it has
/// batch norm as its method translates.
///   Throws UsageError if its network has no graph.
Foreign graph_of(const Network& network, const std::string& name, const ImageSpec& spec);

/// The network as a method that translates, enlarges or classifies, for inference.
std::unique_ptr<Method> method_of(const Foreign& foreign);

}  // namespace ganvas
