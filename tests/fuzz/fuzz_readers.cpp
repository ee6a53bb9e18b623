// A coverage-guided fuzzer of one reader (libFuzzer): fuzz_readers --reader=torch CORPUS
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "tests/fuzz/readers.h"

namespace {

const ganvas::fuzz::Reader* chosen = nullptr;
std::filesystem::path folder;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::string_view kFlag = "--reader=";
  std::string names;
  for (const auto& reader : ganvas::fuzz::readers()) {
    names += " " + reader.name;
    for (int i = 1; i < *count; ++i) {
      if (kFlag.data() + reader.name == (*arguments)[i]) chosen = &reader;
    }
  }
  if (chosen == nullptr) {
    std::fprintf(stderr, "expected --reader= one of%s\n", names.c_str());
    std::exit(2);
  }
  folder =
      std::filesystem::path("/dev/shm") / ("fuzz-" + chosen->name + "-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ganvas::fuzz::read_bytes(*chosen, {reinterpret_cast<const char*>(bytes), size}, folder);
  return 0;
}
