// What an HTTP server is asked, and what it answers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/http.h"

#include <nlohmann/json.hpp>

#include "ganvas/core/json.h"

namespace ganvas {

const std::string& HttpRequest::parameter(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) throw HttpError(400, "the parameter '" + name + "' is missing");
  return found->second;
}

int64_t HttpRequest::number(const std::string& name, int64_t most) const {
  const auto& text = parameter(name);
  int64_t value = 0;
  for (const char digit : text) {
    const bool fits = digit >= '0' && digit <= '9' && value <= most / 10;
    value = fits ? value * 10 + (digit - '0') : most + 1;
    if (value > most) break;
  }
  if (text.empty() || value > most) {
    throw HttpError(400, c10::str("the parameter '", name, "': got '", text.substr(0, 40),
                                  "', expected a whole number of 0 to ", most));
  }
  return value;
}

HttpResponse json_response(std::string text) {
  return {.body = std::make_shared<const std::string>(std::move(text))};
}

HttpResponse json_response(const Json& json) {
  return json_response(line_of_json(json));
}

HttpResponse refusal_response(int status, const std::string& text) {
  auto response = json_response(line_of_json({{"error", text}}) + "\n");
  response.status = status;
  return response;
}

HttpResponse answer_of(const Route& route, const HttpRequest& request) {
  try {
    return route.answer(request);
  } catch (const HttpError& error) {
    return refusal_response(error.status, error.what());
  } catch (const Error& error) {
    return refusal_response(422, error.what());
  } catch (const std::bad_alloc&) {
    return refusal_response(503, "out of memory");
  } catch (const std::exception&
               error) {  // what torch throws carries a stack trace behind its first line
    const std::string text = error.what();
    return refusal_response(500, text.substr(0, text.find('\n')));
  }
}

}  // namespace ganvas
