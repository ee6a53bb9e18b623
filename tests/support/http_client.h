// A client over a real socket that sends whatever it is told to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdlib>
#include <map>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ganvas/core/error.h"

namespace ganvas {

struct HttpReply {
  int status = 0;
  std::string head, body;
};

/// One connection to 127.0.0.1.
class HttpClient {
 public:
  explicit HttpClient(int port) : port_(port), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
            "no connection to port ", port);
  }
  ~HttpClient() { ::close(socket_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// False if the other side has closed.
  bool send(const std::string& bytes) const {
    for (size_t sent = 0; sent < bytes.size();) {
      const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<size_t>(count);
    }
    return true;
  }

  /// What comes until `end` was seen, `most` bytes, or the end of it all.
  std::string receive(const std::string& end, size_t most = size_t{1} << 30) {
    while (kept_.find(end) == kept_.npos && kept_.size() < most) {
      std::array<char, 65536> bytes{};
      const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      kept_.append(bytes.data(), static_cast<size_t>(count));
    }
    const auto found = kept_.find(end);
    const auto length = found == kept_.npos ? kept_.size() : found + end.size();
    auto text = kept_.substr(0, length);
    kept_.erase(0, length);
    return text;
  }

  /// An answer with a Content-Length; status 0 if there was none.
  HttpReply reply() {
    HttpReply reply;
    reply.head = receive("\r\n\r\n");
    if (reply.head.size() < 12) return reply;
    reply.status = std::atoi(reply.head.c_str() + 9);
    const auto at = reply.head.find("Content-Length: ");
    const auto length =
        at == reply.head.npos ? 0 : std::strtoull(reply.head.c_str() + at + 16, nullptr, 10);
    while (kept_.size() < length) {
      std::array<char, 65536> bytes{};
      const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      kept_.append(bytes.data(), static_cast<size_t>(count));
    }
    reply.body = kept_.substr(0, length);
    kept_.erase(0, length);
    return reply;
  }

  using Headers = std::map<std::string, std::string>;

  /// A request with the headers that a page of the server's own sends, and others over them.
  HttpReply ask(const std::string& method, const std::string& path, const std::string& body = "",
                const Headers& more = {}) {
    const auto host = c10::str("127.0.0.1:", port_);
    Headers headers = {{"Host", host}, {"Origin", "http://" + host}};
    if (method == "POST") headers["Content-Length"] = std::to_string(body.size());
    for (const auto& [name, value] : more) headers[name] = value;
    auto text = method + " " + path + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    send(text + "\r\n" + body);
    return reply();
  }

 private:
  int port_, socket_;
  std::string kept_;
};

}  // namespace ganvas
