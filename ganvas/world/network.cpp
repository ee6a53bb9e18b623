// By which of its addresses other machines reach this one.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/world/network.h"

#include <array>
#include <cstdlib>

#include <netdb.h>
#include <sys/socket.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/host.h"

namespace ganvas {
namespace {

/// The address that a socket on the way to another one has. Nothing is sent.
std::string address_on_way(const addrinfo& to) {
  const int socket = ::socket(to.ai_family, SOCK_DGRAM, 0);
  if (socket < 0) return "";
  sockaddr_storage mine{};
  socklen_t length = sizeof(mine);
  std::array<char, NI_MAXHOST> text{};
  const bool is_known = ::connect(socket, to.ai_addr, to.ai_addrlen) == 0 &&
                        ::getsockname(socket, reinterpret_cast<sockaddr*>(&mine), &length) == 0 &&
                        ::getnameinfo(reinterpret_cast<sockaddr*>(&mine), length, text.data(),
                                      text.size(), nullptr, 0, NI_NUMERICHOST) == 0;
  ::close(socket);
  return is_known ? text.data() : "";
}

}  // namespace

std::string address_towards(const std::string& host, int64_t port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return "";
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    if (auto address = address_on_way(*each); !address.empty()) return address;
  }
  return "";
}

Link link_of(const ProcessPlace& place) {
  using c10d::ProcessGroupGloo;
  const char* const named = std::getenv("GLOO_SOCKET_IFNAME");
  if (named != nullptr && *named != '\0') {
    try {
      return {named, ProcessGroupGloo::createDeviceForInterface(named)};
    } catch (const std::exception&) {
      throw UsageError(
          c10::str("GLOO_SOCKET_IFNAME: got ", named,
                   ", expected an interface of this machine that has an address; see ip address"));
    }
  }
  auto address = address_towards(place.address, place.port);
  require_usage(!address.empty(), "MASTER_ADDR: got ", place.address, ", which this machine (",
                host_name(), ") does not know or has no way to");
  if (is_loopback(address) && place.size > place.local_size) {
    const auto other = address_towards(host_name(), place.port);
    if (!other.empty() && !is_loopback(other)) address = other;
  }
  return {address, ProcessGroupGloo::createDeviceForHostname(address)};
}

}  // namespace ganvas
