// What TensorBoard is told, read back record by record.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/tensorboard.h"

#include <cstring>

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "tests/support/errors.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// CRC-32C bit by bit, masked as the format's description says.
uint32_t masked_checksum(const std::string& bytes) {
  uint32_t rest = 0xffffffff;
  for (const char byte : bytes) {
    rest ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ (rest % 2 == 1 ? 0x82f63b78 : 0);
  }
  rest = ~rest;
  return (rest >> 15 | rest << 17) + 0xa282ead8;
}

template <typename Number>
Number number_at(const std::string& bytes, size_t place) {
  Number number;
  std::memcpy(&number, bytes.data() + place, sizeof number);
  return number;
}

/// The records of every file of a run, in the order of their names.
std::vector<std::vector<std::string>> records_of(const fs::path& run) {
  std::vector<std::vector<std::string>> files;
  for (const auto& path : list_files(run)) {
    if (path.filename().string().rfind("events.out.tfevents.", 0) != 0) continue;
    const auto bytes = read_file(path);
    auto& records = files.emplace_back();
    for (size_t place = 0; place < bytes.size();) {
      const auto length = bytes.substr(place, 8);
      const auto size = number_at<uint64_t>(bytes, place);
      EXPECT_EQ(number_at<uint32_t>(bytes, place + 8), masked_checksum(length));
      records.push_back(bytes.substr(place + 12, size));
      EXPECT_EQ(number_at<uint32_t>(bytes, place + 12 + size), masked_checksum(records.back()));
      place += 16 + size;
    }
  }
  return files;
}

RunSpec spec_in(const fs::path& folder) {
  RunSpec spec;
  spec.method = "regress";
  spec.folder = folder;
  return spec;
}

/// Field 7 of an event, its session log, whose status (field 1) is START (1).
constexpr auto kStart = std::string_view("\x3a\x02\x08\x01", 4);

TEST(TensorBoard, EachStartIsAFileThatTakesBackWhatCameLater) {
  const Scratch scratch;
  const fs::path run = scratch / "run";
  make_folders(run);
  for (const int64_t from : {0, 2}) {
    const auto sink = tensorboard_sink(spec_in(run));
    sink({"start", from, {}, "today"});
    for (int64_t step = from + 1; step <= from + 3; ++step) {
      sink({"step", step, {{"generator.l1", 0.5}, {"seconds_left", 9}}});
    }
  }
  const auto files = records_of(run);
  ASSERT_EQ(files.size(), 2U);
  for (size_t i = 0; i < files.size(); ++i) {
    ASSERT_EQ(files[i].size(), 7U) << "a version, a start, knobs, a text, three steps";
    EXPECT_TRUE(contains(files[i][0], "brain.Event:2"));
    const auto from = static_cast<char>(i == 0 ? 1 : 3);
    EXPECT_TRUE(contains(files[i][1], std::string("\x10") + from + std::string(kStart)))
        << "steps from the next one on are dropped";
    EXPECT_TRUE(contains(files[i][2], "| steps | 0 |"));
    EXPECT_TRUE(contains(files[i][4], "generator/l1"));
    EXPECT_FALSE(contains(files[i][4], "seconds_left"));
  }
}

TEST(TensorBoard, ARunThatGoesBackTakesBackItsSteps) {
  const Scratch scratch;
  const auto sink = tensorboard_sink(spec_in(scratch / "."));
  sink({"start", 0, {}, ""});
  sink({"step", 9, {{"generator.l1", 0.5}}});
  sink({"watchdog", 4, {}, "went back to step 4"});
  const auto records = records_of(scratch / ".").at(0);
  EXPECT_TRUE(contains(records.at(5), "\x10\x05" + std::string(kStart)));
}

// A folder that is gone, as a disk that is full: the run must not end of it.
TEST(TensorBoard, WhatCannotBeWrittenIsLeftOut) {
  const Scratch scratch;
  const auto sink = tensorboard_sink(spec_in(scratch / "gone"));
  EXPECT_NO_THROW(sink({"start", 0, {}, ""}));
  EXPECT_NO_THROW(sink({"step", 1, {{"generator.l1", 0.5}}}));
}

}  // namespace
}  // namespace ganvas
