// What an HTTP server is asked, and what it answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "ganvas/core/error.h"
#include "ganvas/core/json.h"

namespace ganvas {

struct HttpRequest {
  std::string method, path;                   // "GET", "/api/runs"
  std::map<std::string, std::string> query;   // decoded
  std::map<std::string, std::string> header;  // names in lower case
  std::string body;

  /// Throws HttpError 400 if there is no such value.
  const std::string& parameter(const std::string& name) const;

  /// The same as a whole number of 0 to `most`.
  int64_t number(const std::string& name, int64_t most) const;
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::shared_ptr<const std::string> body = {};  // shared by all that it is sent to
  std::string save_as = {};  // the name under which a browser saves it; empty: it shows it
};

HttpResponse json_response(std::string text);
HttpResponse json_response(const Json& json);

/// Refuses a request. Any other Error becomes 422 with its text, for people to read.
class HttpError : public Error {
 public:
  HttpError(int status, const std::string& text) : Error(text), status(status) {}
  int status;
};

/// What is answered at one address.
struct Route {
  std::string method, path;
  std::function<HttpResponse(const HttpRequest&)> answer;  // called on any of several threads
  size_t most_body = 0;                                    // bytes that a request may bring
};

/// {"error": text}, for people to read.
HttpResponse refusal_response(int status, const std::string& text);

/// What a route answers. Throws nothing: what the route throws is answered too.
HttpResponse answer_of(const Route& route, const HttpRequest& request);

}  // namespace ganvas
