// A run's events for TensorBoard: records of TFRecord files, each a message Event of tensorflow/core/util/event.proto.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/tensorboard.h"

#include <array>
#include <chrono>
#include <fstream>
#include <memory>

#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/host.h"
#include "ganvas/core/log.h"
#include "ganvas/core/protobuf.h"
#include "ganvas/image/codec.h"
#include "ganvas/train/run_folder.h"

namespace ganvas {
namespace {

using Table = std::array<uint32_t, 256>;

constexpr Table make_table() {
  constexpr uint32_t kCastagnoli = 0x82f63b78;
  Table table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? kCastagnoli : 0);
    table[byte] = rest;
  }
  return table;
}

/// CRC-32C, masked as TFRecord wants it.
uint32_t checksum(std::string_view bytes) {
  static constexpr Table kTable = make_table();
  uint32_t rest = ~0U;
  for (const char byte : bytes) {
    rest = (rest >> 8) ^ kTable[(rest ^ static_cast<uint8_t>(byte)) & 0xff];
  }
  rest = ~rest;
  return ((rest >> 15) | (rest << 17)) + 0xa282ead8U;
}

template <typename Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (size_t i = 0; i < sizeof number; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

/// "generator.l1" as "generator/l1": TensorBoard puts what stands before the stroke into one section.
std::string section_and_name(const Event& event, const std::string& name) {
  if (event.kind == "validation") return "validation/" + name;
  const auto dot = name.find('.');
  return dot == std::string::npos ? "run/" + name
                                  : name.substr(0, dot) + "/" + name.substr(dot + 1);
}

Message number_value(const std::string& tag, double value) {
  Message made;
  made.text(1, tag);
  made.real(2, static_cast<float>(value));
  return made;
}

Message text_value(const std::string& tag, const std::string& text) {
  constexpr int64_t kString = 7;
  Message plugin, metadata, tensor, made;
  plugin.text(1, "text");
  metadata.message(1, plugin);
  tensor.number(1, kString);
  tensor.message(2, Message());  // a scalar's shape
  tensor.text(8, text);
  made.text(1, tag);
  made.message(8, tensor);
  made.message(9, metadata);
  return made;
}

Message image_value(const std::string& tag, const Image& image) {
  Message picture, made;
  picture.number(1, image.height);
  picture.number(2, image.width);
  picture.number(3, image.channels);
  picture.text(4, encode_image(image, ".jpg"));
  made.text(1, tag);
  made.message(4, picture);
  return made;
}

class Writer {
 public:
  explicit Writer(const RunSpec& spec) : spec_(spec) {}

  void hear(const Event& event) {
    if (has_failed_) return;
    if (event.kind == "start") begin(event.step);
    if (event.kind == "watchdog" && event.step < newest_) begin(event.step);  // it went back
    newest_ = event.step;
    Message summary;
    for (const auto& [name, value] : event.numbers) {
      if (!is_inner_number(name) && name != "seconds_left") {
        summary.message(1, number_value(section_and_name(event, name), value));
      }
    }
    const bool is_told = event.kind == "start" || event.kind == "watchdog" ||
                         event.kind == "verdict" || event.kind == "skipped";
    if (is_told) {
      summary.message(1, text_value("story/" + event.kind, event.text));
    }
    if (event.kind == "validation") add_sheet(event, summary);
    put(event.step, 5, summary);
    if (event.kind != "step") out_.flush();
    if (out_.good()) return;
    has_failed_ = true;
    warn(path_.string() + ": cannot be written; the run goes on without TensorBoard's file");
  }

 private:
  /// A new file, or a new beginning in it: what was told of later steps does not count.
  void begin(int64_t step) {
    constexpr int64_t kStart = 1;
    if (!out_.is_open()) open();
    Message session, knobs;
    session.number(1, kStart);
    put(step + 1, 7, session);  // TensorBoard drops this step and those after it
    std::string table = "| knob | value |\n|---|---|\n";
    for (const auto& knob : spec_.knobs()) table += "| " + knob.name + " | " + knob.value + " |\n";
    knobs.message(1, text_value("knobs", table));
    put(step, 5, knobs);
  }

  void open() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    int64_t number = 0;
    do {
      path_ = spec_.folder / c10::str("events.out.tfevents.", seconds, ".", host_name(), ".",
                                      getpid(), ".", number++);
    } while (path_exists(path_));
    out_.open(path_, std::ios::binary);
    Message version;
    version.long_real(1, wall_time());
    version.text(3, "brain.Event:2");
    write(version.bytes());
  }

  static double wall_time() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  }

  /// The sheet that a validation has made, if it has.
  void add_sheet(const Event& event, Message& summary) const {
    const auto file = spec_.folder / "samples" /
                      (checkpoint_path(spec_.folder, event.step).stem().string() + ".webp");
    if (!is_file(file)) return;
    try {
      summary.message(1, image_value("samples", read_image(file)));
    } catch (const Error& error) {
      warn(std::string("not shown to TensorBoard: ") + error.what());
    }
  }

  void put(int64_t step, int field, const Message& what) {
    Message event;
    event.long_real(1, wall_time());
    event.number(2, step);
    event.message(field, what);
    write(event.bytes());
  }

  void write(const std::string& record) {
    const auto length = little_endian(static_cast<uint64_t>(record.size()));
    out_ << length << little_endian(checksum(length)) << record << little_endian(checksum(record));
  }

  RunSpec spec_;
  fs::path path_;
  std::ofstream out_;
  int64_t newest_ = 0;
  bool has_failed_ = false;
};

}  // namespace

Sink tensorboard_sink(const RunSpec& spec) {
  return [writer = std::make_shared<Writer>(spec)](const Event& event) { writer->hear(event); };
}

}  // namespace ganvas
