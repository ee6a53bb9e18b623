// Connections that have not said yet what they want.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>

struct MHD_Connection;

namespace ganvas {

/// Closes those of libmicrohttpd's connections that take too long over the head of a request, or whose place is wanted:
/// so nobody is kept out by clients that never say anything. For any thread.
class Newcomers {
 public:
  /// A connection began, or waits for its next head. Where there are too many, the one that is longest at it is closed.
  void come(MHD_Connection* connection);

  /// A head is there, or the connection is over.
  void leave(MHD_Connection* connection);

  /// Closes those whose time is over.
  void close_slow();

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  std::map<MHD_Connection*, Clock::time_point> since_;
};

}  // namespace ganvas
