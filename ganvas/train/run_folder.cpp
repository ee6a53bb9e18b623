// What a run's folder says of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/run_folder.h"

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/version.h"

namespace ganvas {
namespace {

fs::path config_of_run(const fs::path& folder) {
  return folder / "config.json";
}

}  // namespace

bool holds_run(const fs::path& folder) {
  return fs::exists(config_of_run(folder));
}

RunConfigFile read_run_config(const fs::path& folder) {
  const auto path = config_of_run(folder);
  require(fs::exists(path), folder.string(), ": has no config.json, so it is no run");
  const auto json = read_json(path.string());
  const auto has_text = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string();
  };
  require(has_text("method") && has_text("data") && json.contains("knobs"), path.string(),
          ": is not the config of a run");
  return {json["method"], json["data"], settings_from_json(json["knobs"], path.string())};
}

void write_run_config(const RunSpec& spec) {
  const Json config = {{"ganvas", kVersion},
                       {"method", spec.method},
                       {"data", spec.data.folder.string()},
                       {"knobs", knobs_to_json(spec.knobs())}};
  write_file(config_of_run(spec.folder), config.dump(2) + "\n");
}

}  // namespace ganvas
