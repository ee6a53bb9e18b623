// By which of its addresses other machines reach this one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "ganvas/world/place.h"

namespace gloo::transport {
class Device;
}

namespace ganvas {

/// The address of this machine, numeric, by which it reaches another; empty if it knows no way to it.
std::string address_towards(const std::string& host, int64_t port);

/// What connections to the other processes are made through.
struct Link {
  std::string address;  // numeric, or the interface's name
  std::shared_ptr<gloo::transport::Device> device;
};

/// The interface that GLOO_SOCKET_IFNAME names; else the address on the way to the first process, unless only this
/// machine knows that one (a name in /etc/hosts that stands for 127.0.1.1).
///   Throws UsageError if there is none.
Link link_of(const ProcessPlace& place);

}  // namespace ganvas
