// The hash that names a model's file: a published vector.
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
  EXPECT_THROW(fingerprint(folder / "missing"), Error);
}

}  // namespace
}  // namespace ganvas
