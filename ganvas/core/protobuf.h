// Messages of protocol buffers, written field by field.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace ganvas {

/// A message being written. Numbers of fields are those of the format's description.
class Message {
 public:
  void number(int field, int64_t value) {
    tag(field, /*wire=*/0);
    varint(static_cast<uint64_t>(value));
  }
  void real(int field, float value) {
    tag(field, /*wire=*/5);
    put(value);
  }
  void long_real(int field, double value) {
    tag(field, /*wire=*/1);
    put(value);
  }
  void text(int field, std::string_view bytes) {
    tag(field, /*wire=*/2);
    varint(bytes.size());
    bytes_ += bytes;
  }
  void message(int field, const Message& inner) { text(field, inner.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void tag(int field, int wire) {
    varint(static_cast<uint64_t>(field) * 8 + static_cast<uint64_t>(wire));
  }
  void varint(uint64_t value) {
    for (; value > 0x7f; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }
  template <typename Value>
  void put(Value value) {
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    bytes_.append(bytes.data(), bytes.size());
  }
  std::string bytes_;
};

}  // namespace ganvas
