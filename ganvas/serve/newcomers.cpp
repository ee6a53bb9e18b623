// Connections that have not said yet what they want.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/newcomers.h"

#include <algorithm>

#include <microhttpd.h>
#include <sys/socket.h>

namespace ganvas {
namespace {

constexpr auto kMostTime = std::chrono::seconds(20);
constexpr size_t kMost = 64;  // half of all connections

/// Has libmicrohttpd see that the client is gone.
void shut(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != nullptr) ::shutdown(info->connect_fd, SHUT_RDWR);
}

}  // namespace

void Newcomers::come(MHD_Connection* connection) {
  const std::scoped_lock lock(mutex_);
  if (since_.size() >= kMost) {
    const auto oldest =
        std::min_element(since_.begin(), since_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    shut(oldest->first);
    since_.erase(oldest);
  }
  since_[connection] = Clock::now();
}

void Newcomers::leave(MHD_Connection* connection) {
  const std::scoped_lock lock(mutex_);
  since_.erase(connection);
}

void Newcomers::close_slow() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [connection, since] : since_) {
    if (Clock::now() - since >= kMostTime) shut(connection);
  }
}

}  // namespace ganvas
