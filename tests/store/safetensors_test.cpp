// safetensors: the way there and back, and files that someone made to do harm.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/safetensors.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>

#include "ganvas/core/files.h"
#include "ganvas/store/checkpoint.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// A file with this header and `data_bytes` zeros behind it.
void write_raw(const fs::path& path, const std::string& header, size_t data_bytes) {
  const uint64_t length = header.size();
  write_file(path, std::string(reinterpret_cast<const char*>(&length), 8) + header +
                       std::string(data_bytes, '\0'));
}

std::string entry(const std::string& shape, const std::string& offsets) {
  return R"({"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

TEST(Safetensors, TensorsAndMetadataComeBack) {
  const Scratch scratch;
  const NamedTensors tensors = {{"a", at::rand({2, 3})},
                                {"empty", at::rand({0, 4})},
                                {"count", at::arange(5)},
                                {"scalar", at::rand({}, at::kDouble)}};
  write_safetensors(scratch / "x.safetensors", tensors, {{"key", "värde"}});
  const SafetensorsFile file(scratch / "x.safetensors");
  EXPECT_EQ(file.metadata().at("key"), "värde");
  for (const auto& [name, tensor] : tensors) EXPECT_TRUE(file.read(name).equal(tensor)) << name;
}

TEST(Safetensors, HostileFilesAreRefused) {
  const Scratch scratch;
  const auto path = scratch / "bad.safetensors";
  const auto refusal = [&](const std::string& header, size_t data_bytes) {
    write_raw(path, header, data_bytes);
    return error_of([&] { const SafetensorsFile file(path); });
  };
  EXPECT_EQ(refusal("{\"x\":" + entry("[2]", "[0,8]") + "}", 8), "");  // the good one
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[2]", "[0,8]") + "}", 4), "outside the file"));
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[2]", "[8,0]") + "}", 8), "outside the file"));
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[3]", "[0,8]") + "}", 8), "does not fit"));
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[-2]", "[0,8]") + "}", 8), "does not fit"));
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[4611686018427387906,4]", "[0,8]") + "}", 8),
                       "does not fit"));
  EXPECT_TRUE(contains(refusal("{\"x\":" + entry("[2]", "[-8,0]") + "}", 8), "no pair of offsets"));
  EXPECT_TRUE(contains(
      refusal("{\"x\":" + entry("[2]", "[0,8]") + ",\"y\":" + entry("[2]", "[4,12]") + "}", 12),
      "overlap"));
  EXPECT_TRUE(contains(
      refusal("{\"x\":" + entry("[2]", "[0,8]") + ",\"y\":" + entry("[1]", "[12,16]") + "}", 16),
      "gap"));
  EXPECT_TRUE(
      contains(refusal("{\"x\":" + entry("[2]", "[0,8]") + "}", 12), "belong to no tensor"));
  EXPECT_TRUE(contains(
      refusal("{\"x\":" + entry("[2]", "[0,8]") + ",\"x\":" + entry("[2]", "[0,8]") + "}", 8),
      "twice"));
  EXPECT_TRUE(
      contains(refusal(R"({"x":{"dtype":"EVIL","shape":[2],"data_offsets":[0,8]}})", 8), "EVIL"));
  EXPECT_TRUE(contains(refusal(R"({"x":5})", 8), "header"));
  EXPECT_TRUE(contains(refusal("not json", 0), "not JSON"));
  EXPECT_TRUE(contains(refusal(std::string(5000, '['), 0), "nested deeper"));
}

TEST(Safetensors, CutOffAndForeignFilesAreRefused) {
  const Scratch scratch;
  const auto path = scratch / "x.safetensors";
  write_safetensors(path, {{"a", at::rand({64})}}, {});
  const auto bytes = read_file(path);
  for (const size_t kept : {size_t{0}, size_t{7}, size_t{40}, bytes.size() - 1}) {
    write_file(path, bytes.substr(0, kept));
    EXPECT_NE(error_of([&] { const SafetensorsFile file(path); }), "") << kept << " bytes";
  }
  write_file(path, bytes);
  EXPECT_TRUE(contains(error_of([&] { open_checkpoint(path); }), "not a checkpoint of ganvas"));
}

TEST(Safetensors, LoadingChecksEverythingBeforeItChangesAnything) {
  const Scratch scratch;
  write_safetensors(scratch / "x.safetensors", {{"a", at::rand({2})}, {"b", at::rand({3})}}, {});
  const SafetensorsFile file(scratch / "x.safetensors");
  auto a = at::rand({2});
  const auto before = a.clone();
  EXPECT_TRUE(contains(error_of([&] { load_tensors(file, {{"a", a}, {"b", at::rand({4})}}); }),
                       "expected [4]"));
  EXPECT_TRUE(
      contains(error_of([&] { load_tensors(file, {{"a", a}, {"c", a}}); }), "no tensor 'c'"));
  EXPECT_TRUE(a.equal(before));
}

}  // namespace
}  // namespace ganvas
