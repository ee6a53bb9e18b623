// A small HTTP server around libmicrohttpd: routes, limits, and one stream of events.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganvas/serve/http.h"

namespace ganvas {

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // numeric
  int port = 0;                       // 0: any that is free
  std::string token = {};             // serve/gate.h
};

/// Answers at its routes until it is destroyed, on threads of its own.
///
/// One thread moves bytes and waits for nobody; a few others call the routes. Limits: 128 connections, 32 kB
/// of head, bodies by the route and 256 MB of all together, 20 seconds for a head, 30 of silence.
/// Answers have headers that keep pages of other sites, scripts within pages, and frames away.
class HttpServer {
 public:
  /// pages: those of the routes that show nothing of the user's, and need no token
  ///   Throws Error if the address cannot be had.
  HttpServer(const HttpServerOptions& options, std::vector<Route> pages, std::vector<Route> routes);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;

  /// A message for all that listen at GET /api/stream, one line of JSON.
  void publish(const std::string& message);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace ganvas
