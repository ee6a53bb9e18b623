// Networks of ncnn.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/ncnn.h"

#include <sstream>

#include "ganvas/core/files.h"
#include "ganvas/core/text.h"
#include "ganvas/store/private/ncnn_layers.h"

namespace ganvas {
namespace {

using ncnn::LayerLine;

constexpr int64_t kMostLayers = 8192, kMostMaps = 256;

/// "0=64" or "-23310=2,0.1,0.2": a value, or a list that says how long it is.
void take_value(LayerLine& layer, const std::string& word) {
  constexpr int64_t kList = -23300, kMostKeys = 1000;
  const auto equal = word.find('=');
  require(equal != std::string::npos, "layer ", layer.name, ": got '", word,
          "', expected KEY=VALUE");
  try {
    const int64_t key = std::stoll(word.substr(0, equal));
    require(key > kList - kMostKeys && key < kMostKeys, "layer ", layer.name, ": got '", word,
            "', expected a parameter's number");
    std::vector<double> numbers;
    for (const auto& part : split_at_commas(word.substr(equal + 1))) {
      numbers.push_back(std::stod(part));
    }
    if (key <= kList) {
      require(!numbers.empty() && numbers[0] == static_cast<double>(numbers.size() - 1), "layer ",
              layer.name, ": got the list '", word, "', which is not as long as it says");
      numbers.erase(numbers.begin());
      layer.values[kList - key] = numbers;
    } else {
      require(numbers.size() == 1, "layer ", layer.name, ": got '", word, "', expected one value");
      layer.values[key] = numbers;
    }
  } catch (const std::logic_error&) {  // of stoll and stod
    throw Error(c10::str("layer ", layer.name, ": got '", word, "', expected numbers"));
  }
}

LayerLine parse_line(const std::string& text) {
  std::istringstream in(text);
  LayerLine layer;
  int64_t inputs = 0, outputs = 0;
  require(bool(in >> layer.type >> layer.name >> inputs >> outputs) && inputs >= 0 &&
              inputs < kMostMaps && outputs >= 0 && outputs < kMostMaps,
          "got the line '", text.substr(0, 80),
          "', expected: type, name, numbers of inputs and outputs");
  for (int64_t i = 0; i < inputs + outputs; ++i) {
    std::string map;
    require(bool(in >> map), "layer ", layer.name, ": its line ends among its maps' names");
    (i < inputs ? layer.inputs : layer.outputs).push_back(map);
  }
  for (std::string word; in >> word;) take_value(layer, word);
  return layer;
}

}  // namespace

Graph read_ncnn(const fs::path& param) {
  auto bin = param;
  bin.replace_extension(".bin");
  require(is_file(bin), param.string(), ": its numbers, ", bin.filename().string(),
          ", are not beside it");
  std::istringstream in(read_file(param));
  std::string line;
  std::getline(in, line);
  require(line.rfind(kNcnnMagic, 0) == 0, param.string(),
          ": got no text of ncnn, expected one that begins with ", kNcnnMagic,
          param.extension() == ".param" ? "; binary .param files are not read, take the text" : "");
  std::getline(in, line);  // how many layers and maps
  Graph graph;
  try {
    ncnn::Numbers numbers(read_file(bin));
    ncnn::GraphMaker maker(graph, numbers);
    for (int64_t count = 0; std::getline(in, line);) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      require(++count < kMostLayers, "has too many layers");
      maker.add_layer(parse_line(line));
    }
    require(maker.last() > 0 && maker.last() == graph.steps().size(),
            "ends in a layer that makes nothing new");
    require(numbers.left() < 4, "leaves ", numbers.left(), " bytes of ", bin.filename().string(),
            " unread; they belong to another .param");
  } catch (const Error& error) {
    throw Error(param.string() + ": " + error.what());
  }
  return graph;
}

}  // namespace ganvas
