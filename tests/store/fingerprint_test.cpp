// The hash that names a model's file: published vectors.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/fingerprint.h"

#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

TEST(Fingerprint, OfAbcIsThatOfFips180) {
  const Scratch folder;
  write_file(folder / "abc", "abc");
  EXPECT_EQ(fingerprint(folder / "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  write_file(folder / "two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(fingerprint(folder / "two blocks"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  write_file(folder / "many", std::string(1'000'000, 'a'));
  EXPECT_EQ(fingerprint(folder / "many"),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_THROW(fingerprint(folder / "missing"), Error);
}

}  // namespace
}  // namespace ganvas
