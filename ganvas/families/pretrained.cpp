// Training on from weights of other programs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/pretrained.h"

#include <array>
#include <map>

#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/families/junyanz_names.h"
#include "ganvas/store/weights.h"

namespace ganvas {
namespace {

using Tensors = std::map<std::string, Tensor>;

/// Why tensors are not a network's, empty if they are; then they are copied into it.
std::string load_into(const Network& network, const Tensors& tensors) {
  std::string why = "has no twin in other programs";
  for (const bool drops : {false, true}) {
    const auto own = with_junyanz_names(network, drops);
    if (!own) return why;
    why.clear();
    for (const auto& [name, tensor] : *own) {
      const auto found = tensors.find(name);
      const bool fits = found != tensors.end() && found->second.sizes() == tensor.sizes();
      if (fits || !why.empty()) continue;
      why = c10::str("wants ", name, " ", tensor.sizes(), ", got ",
                     found == tensors.end() ? "none" : c10::str(found->second.sizes()));
    }
    if (!why.empty()) continue;
    const c10::NoGradGuard no_gradients;
    for (const auto& [name, tensor] : *own) tensor.copy_(tensors.at(name));
    return "";
  }
  return why;
}

/// Files of a folder, and the networks that they are for: there, D_A judges what G_A makes, images of b.
constexpr std::array<std::pair<const char*, const char*>, 6> kFiles = {
    {{"net_G.pth", "generator"},
     {"net_D.pth", "discriminator"},
     {"net_G_A.pth", "generator_ab"},
     {"net_G_B.pth", "generator_ba"},
     {"net_D_A.pth", "discriminator_b"},
     {"net_D_B.pth", "discriminator_a"}}};

/// The newest of a network's files: latest_net_G.pth, or that of the highest epoch, 200_net_G.pth; "" if none.
fs::path newest_of(const fs::path& folder, const std::string& ending) {
  if (const auto latest = folder / ("latest_" + ending); path_exists(latest)) return latest;
  fs::path newest;
  int64_t highest = -1;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    const auto digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits > 9 || name.substr(digits) != "_" + ending) continue;
    if (const int64_t epoch = std::stoll(name.substr(0, digits)); epoch > highest) {
      highest = epoch;
      newest = entry.path();
    }
  }
  return newest;
}

}  // namespace

std::vector<std::string> load_foreign_networks(const fs::path& path, const Method& method) {
  std::vector<std::string> loaded;
  std::string why;
  const auto try_file = [&](const fs::path& file, const std::string& wanted) {
    const auto tensors = read_weights(file).tensors;
    for (const auto& [name, network] : method.networks()) {
      if (!wanted.empty() && name != wanted) continue;
      const auto reason = load_into(network, tensors);
      if (reason.empty()) {
        loaded.push_back(name);
        return;
      }
      why += c10::str("; ", file.filename().string(), ": ", name, " ", reason);
    }
  };
  if (is_folder(path)) {
    for (const auto& [ending, network] : kFiles) {
      if (const auto file = newest_of(path, ending); !file.empty()) try_file(file, network);
    }
  } else {
    try_file(path, "");
  }
  require(!loaded.empty(), path.string(), ": holds weights of none of this method's networks", why,
          why.empty() ? "; expected latest_net_G.pth or the like" : "");
  return loaded;
}

}  // namespace ganvas
