// Training on from weights of other programs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/pretrained.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/text.h"
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

bool is_generator(const std::string& network) {
  return network.rfind("generator", 0) == 0;
}

/// What a folder's newest generators are named after: "latest_", or the highest epoch, "200_"; "" if there is none.
std::string newest_head(const fs::path& folder) {
  std::string newest;
  int64_t highest = -1;
  for (const auto& path : list_files(folder)) {
    const auto name = path.filename().string();
    const auto end = name.find("_net_G");
    if (end == std::string::npos || path.extension() != ".pth") continue;
    const auto head = name.substr(0, end);
    const int64_t epoch = head == "latest" ? INT64_MAX : whole_number(head).value_or(-1);
    if (epoch <= highest) continue;
    highest = epoch;
    newest = head + "_";
  }
  return newest;
}

/// Files of one epoch. A generator that is there must fit; a judge that does not begins anew, which is told.
std::vector<std::string> load_folder(const fs::path& folder, const Method& method) {
  const auto head = newest_head(folder);
  std::vector<std::string> loaded;
  for (const auto& [name, network] : method.networks()) {
    const auto row = std::find_if(kFiles.begin(), kFiles.end(),
                                  [&](const auto& item) { return item.second == name; });
    if (head.empty() || row == kFiles.end()) continue;
    const auto file = folder / (head + row->first);
    const auto why = is_file(file) ? load_into(network, read_weights(file).tensors)
                                   : std::string("is not there");
    if (why.empty()) {
      loaded.push_back(name);
      continue;
    }
    const auto what = c10::str(file.string(), ": ", why);
    require(!is_generator(name) || !is_file(file), what, "; the ", name,
            " of this run is another network, see --generator, --width, --norm");
    warn(c10::str(what, "; the ", name, " begins anew"));
  }
  require(!loaded.empty(), folder.string(),
          ": holds weights of none of this method's networks, "
          "expected latest_net_G.pth or the like");
  return loaded;
}

}  // namespace

std::vector<std::string> load_foreign_networks(const fs::path& path, const Method& method) {
  if (is_folder(path)) return load_folder(path, method);
  const auto tensors = read_weights(path).tensors;
  std::string why;
  for (const auto& [name, network] : method.networks()) {
    const auto reason = load_into(network, tensors);
    if (reason.empty()) return {name};
    why += c10::str("; ", name, " ", reason);
  }
  throw Error(path.string() + ": holds weights of none of this method's networks" + why);
}

}  // namespace ganvas
