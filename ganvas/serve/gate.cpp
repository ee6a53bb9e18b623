// Who may ask a server anything.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/gate.h"

#include <array>
#include <cstdio>

#include <sys/random.h>

namespace ganvas {
namespace {

std::string value_of(const std::map<std::string, std::string>& header, const std::string& name) {
  const auto found = header.find(name);
  return found == header.end() ? "" : found->second;
}

}  // namespace

std::string make_token() {
  std::array<unsigned char, 16> bytes{};
  require(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
          "no random numbers from the system for a token");
  std::string text;
  for (const auto byte : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    text += digits.data();
  }
  return text;
}

Gate::Gate(std::string address, std::string token)
    : address_(std::move(address)), token_(std::move(token)) {}

bool Gate::is_own_host(const std::string& host) const {
  if (!token_.empty()) return true;  // which protects; the machine has names that it does not know
  const auto colon = host.rfind(':');
  const bool names_port =
      colon != host.npos && host.find_first_not_of("0123456789", colon + 1) == host.npos;
  // Any port: a tunnel may begin at another. A number cannot be made to point here by a name server.
  const auto name = names_port ? host.substr(0, colon) : host;
  return name == address_ || name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

bool Gate::has_token(const std::map<std::string, std::string>& header) const {
  const auto given = value_of(header, "authorization");
  const auto expected = "Bearer " + token_;
  if (given.size() != expected.size()) return false;
  unsigned char differs = 0;  // all of it is looked at, so that time tells nothing
  for (size_t i = 0; i < expected.size(); ++i) {
    differs |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(expected[i]);
  }
  return differs == 0;
}

std::optional<HttpError> Gate::refusal(const std::string& method,
                                       const std::map<std::string, std::string>& header,
                                       bool is_page) const {
  const auto host = value_of(header, "host");
  if (!is_own_host(host)) {
    return HttpError(421, c10::str("got the host '", host.substr(0, 100),
                                   "', expected the address that ganvas serve printed"));
  }
  const auto from = value_of(header, "sec-fetch-site");
  if (!is_page && (from == "cross-site" || from == "same-site")) {
    return HttpError(403, "the request comes from a page of another site");
  }
  const bool only_reads = method == "GET" || method == "HEAD";
  const auto origin = value_of(header, "origin");
  if (!only_reads && origin != "http://" + host) {
    return HttpError(403, "the request comes from no page of this server");
  }
  if (!token_.empty() && !is_page && !has_token(header)) {
    return HttpError(401,
                     "the token is missing or wrong; open the address that ganvas serve printed");
  }
  return std::nullopt;
}

}  // namespace ganvas
