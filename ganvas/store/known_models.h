// Models that many people have, by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ganvas {

/// One row: what a name stands for, and where it is to be had. Nothing is downloaded here.
struct KnownModel {
  std::string name, file, size, licence, address;
};

const std::vector<KnownModel>& known_models();

/// Where a user's models lie: GANVAS_MODELS, or ganvas/models in the user's data (XDG_DATA_HOME, ~/.local/share).
std::filesystem::path models_folder();

/// The file of the user's models that a name means, whatever its ending; small and capital letters, - and _ are
/// alike. None if the name is none of known_models() and no file in the folder is called so.
///   Throws Error that says what to download, and from where, if the name is known and the file is not there.
std::optional<std::filesystem::path> find_known_model(const std::string& name);

}  // namespace ganvas
