// Weights in the layout of TensorFlow.js.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/tfjs.h"

#include <cstring>
#include <set>

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"

namespace ganvas {
namespace {

constexpr int64_t kMostNumbers = int64_t{1} << 30;

/// The joined bytes of a group's shards.
std::string read_shards(const fs::path& folder, const Json& paths) {
  std::string bytes;
  std::set<fs::path> seen;
  for (const auto& path : paths) {
    const fs::path name = path.get<std::string>();
    require(seen.insert(name).second, folder.string(), "/model.json: names the shard '",
            name.string(), "' twice");
    require(name.filename() == name, folder.string(), "/model.json: got the shard '", name.string(),
            "', expected a file name without folders");
    bytes += read_file(folder / name);
  }
  return bytes;
}

/// How a tensor's numbers are stored: real = stored * scale + least.
struct Stored {
  at::ScalarType type = at::kFloat;
  double scale = 1, least = 0;
};

Stored stored_as(const Json& weight, const std::string& who) {
  const auto dtype = weight.at("dtype").get<std::string>();
  require(dtype == "float32", who, " is of ", dtype, ", expected float32");
  if (!weight.contains("quantization")) return {};
  const auto& how = weight.at("quantization");
  const auto type = how.at("dtype").get<std::string>();
  if (type == "float16") return {at::kHalf};
  require(type == "uint8" || type == "uint16", who, " is quantised to ", type,
          ", expected uint8, uint16 or float16");
  return {type == "uint8" ? at::kByte : at::kShort, how.at("scale").get<double>(),
          how.at("min").get<double>()};
}

}  // namespace

std::map<std::string, Tensor> read_tfjs(const fs::path& folder) {
  const auto file = folder / "model.json";
  const auto model = read_json(file.string());
  std::map<std::string, Tensor> tensors;
  try {
    for (const auto& group : model.at("weightsManifest")) {
      const auto bytes = read_shards(folder, group.at("paths"));
      size_t place = 0;
      for (const auto& weight : group.at("weights")) {
        const auto name = weight.at("name").get<std::string>();
        const auto shape = weight.at("shape").get<std::vector<int64_t>>();
        const auto how = stored_as(weight, file.string() + ": " + name);
        int64_t numbers = 1;
        for (const int64_t side : shape) {
          require(side > 0 && side <= kMostNumbers && (numbers *= side) <= kMostNumbers,
                  file.string(), ": ", name, " has the shape ", shape);
        }
        const auto size = static_cast<size_t>(numbers) * c10::elementSize(how.type);
        require(place + size <= bytes.size(), file.string(), ": the shards end within ", name);
        auto stored = at::empty(shape, how.type);
        std::memcpy(stored.data_ptr(), bytes.data() + place, size);
        // Bits of 16-bit unsigned numbers lie in signed ones.
        auto real = how.type == at::kShort ? stored.to(at::kInt).bitwise_and(0xffff) : stored;
        tensors.emplace(name, real.to(at::kFloat) * how.scale + how.least);
        place += size;
      }
    }
  } catch (const Json::exception& error) {
    throw Error(c10::str(file.string(), ": is not a TensorFlow.js model: ", error.what()));
  }
  return tensors;
}

std::map<std::string, Tensor> read_deeplearnjs(const fs::path& folder) {
  const auto file = folder / "manifest.json";
  const auto manifest = read_json(file.string());
  std::map<std::string, Tensor> tensors;
  try {
    for (const auto& [name, item] : manifest.items()) {
      const auto shape = item.at("shape").get<std::vector<int64_t>>();
      const auto bytes = read_shards(folder, Json::array({item.at("filename")}));
      uint64_t numbers = 1;
      for (const int64_t side : shape) {
        require(side > 0 && side <= kMostNumbers &&
                    (numbers *= static_cast<uint64_t>(side)) <= kMostNumbers,
                file.string(), ": ", name, " has the shape ", shape);
      }
      require(bytes.size() == numbers * sizeof(float), file.string(), ": ", name, " has ",
              bytes.size(), " bytes, expected ", numbers * sizeof(float));
      auto tensor = at::empty(shape);
      std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
      tensors.emplace(name, tensor);
    }
  } catch (const Json::exception& error) {
    throw Error(c10::str(file.string(), ": is not a manifest of deeplearn.js: ", error.what()));
  }
  return tensors;
}

}  // namespace ganvas
