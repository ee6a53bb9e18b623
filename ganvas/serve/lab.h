// The half of a site for those who learn what a GAN does: two games of points side by side.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ganvas/serve/http.h"
#include "ganvas/serve/lab_side.h"

namespace ganvas {

/// Pairs of games, the newest few.
class Lab {
 public:
  /// The lab must outlive them.
  std::vector<Route> routes();

 private:
  struct Bench {
    std::string id;
    std::unique_ptr<PointSource> source;
    std::vector<std::unique_ptr<LabSide>> sides;
  };

  HttpResponse begin(const HttpRequest& request);
  HttpResponse play(const HttpRequest& request);

  std::mutex mutex_;
  std::deque<Bench> benches_;
};

}  // namespace ganvas
