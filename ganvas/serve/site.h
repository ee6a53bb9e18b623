// The site that ganvas serve shows: trainings to watch, a playground for photographs, and a lab for those who learn.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganvas/serve/http_server.h"
#include "ganvas/serve/playground.h"

namespace ganvas {

/// The port that is taken where none is named.
inline constexpr int64_t kServePort = 8800;

/// What a site works with besides watching.
struct Workshop {
  std::vector<PlayModel> models;
  Machine machine;
};

struct SiteOptions {
  HttpServerOptions server;
  std::vector<std::filesystem::path> runs = {};  // to watch: runs, or folders of them
  std::optional<Workshop> workshop = {};         // for playground and lab; none only watches
};

/// Served until it is destroyed.
class Site {
 public:
  /// Throws Error if the address cannot be had, there is no such folder, or a file is no model.
  explicit Site(SiteOptions options);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// What to open in a browser, with the token if there is one.
  std::string address() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ganvas
