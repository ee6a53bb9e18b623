// Files that are whole or not there, and what dead processes leave.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/files.h"

#include <algorithm>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/close.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& path : list_files(folder)) names.push_back(path.filename().string());
  return names;
}

TEST(AtomicFile, TwoWritersOfOneTargetDoNotMeet) {
  const Scratch scratch;
  AtomicFile first(scratch / "x.png"), second(scratch / "x.png");
  EXPECT_NE(first.temporary(), second.temporary());
  first.write("first", 5);
  second.write("second", 6);
  second.commit();
  EXPECT_EQ(read_file(scratch / "x.png"), "second");
  first.commit();
  EXPECT_EQ(read_file(scratch / "x.png"), "first");
  EXPECT_EQ(names_in(scratch.path()), std::vector<std::string>{"x.png"});
}

TEST(AtomicFile, TheLongestNameThereCanBeIsWritten) {
  const Scratch scratch;
  const auto name = std::string(251, 'n') + ".png";
  write_file(scratch / name, "x");
  EXPECT_EQ(names_in(scratch.path()), std::vector<std::string>{name});
}

TEST(AtomicFile, LeftoversOfTheDeadAreRemovedThoseOfTheLivingAreNot) {
  const Scratch scratch;
  const pid_t child = ::fork();
  if (child == 0) {
    auto* left = new AtomicFile(scratch / "dead.png");
    left->write("half", 4);
    ::_exit(0);  // as if killed: nothing is cleaned up
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_EQ(names_in(scratch.path()).size(), 1U);
  AtomicFile living(scratch / "living.png");
  write_file(scratch / ".partial-mine", "a file of somebody's");
  remove_partial_files(scratch.path());
  auto expected = std::vector<std::string>{".partial-mine", living.temporary().filename().string()};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(names_in(scratch.path()), expected);
}

}  // namespace
}  // namespace ganvas
