// Lists of files, and how images of other shapes become squares.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/list_file.h"

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/data/crop.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/pairs.h"
#include "ganvas/image/convert.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

class Lists : public testing::Test {
 protected:
  Lists() {
    for (const auto* name : {"in/red/a.png", "in/red/b c.png", "in/blue/a.png"}) {
      make_folders((scratch_ / name).parent_path());
      write_image(noise_image(24, 20, 3, 8), scratch_ / name);
    }
  }
  fs::path list(const std::string& name, const std::string& text) {
    write_file(scratch_ / name, text);
    return scratch_ / name;
  }
  Scratch scratch_;
};

TEST_F(Lists, NameOneFileOrTwoALine) {
  const auto one =
      list_of(list("one.txt", "# a comment\n\nin/red/b c.png\r\nin/blue/a.png\n"), Split::kTrain);
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, (FileList{{scratch_ / "in/red/b c.png"}, {scratch_ / "in/blue/a.png"}}));
  const auto two =
      list_of(list("two.txt", "in/red/b c.png in/blue/a.png\nin/red/a.png\tin/blue/a.png\n"),
              Split::kTrain);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->at(0),
            (std::vector<fs::path>{scratch_ / "in/red/b c.png", scratch_ / "in/blue/a.png"}));
  EXPECT_EQ(two->at(1).size(), 2U);
}

TEST_F(Lists, OfOtherSplitsLieBesideTrains) {
  const auto train = list("my-train.txt", "in/red/a.png\n");
  EXPECT_FALSE(list_of(train, Split::kVal));
  list("my-val.txt", "in/blue/a.png\n");
  EXPECT_EQ(list_of(train, Split::kVal)->at(0).at(0), scratch_ / "in/blue/a.png");
}

TEST_F(Lists, SayWhichLineIsWrong) {
  const auto why = [&](const std::string& text) {
    return error_of([&] { list_of(list("bad.txt", text), Split::kTrain); });
  };
  EXPECT_TRUE(
      contains(why("in/red/a.png\nin/none.png\n"), "bad.txt, line 2: 'in/none.png': no such file"));
  EXPECT_TRUE(contains(why("in/red/a.png\nin/red/a.png in/blue/a.png\n"), "line 2: names 2 files"));
  EXPECT_TRUE(contains(why("# nothing\n"), "names no files"));
}

TEST_F(Lists, AreOpenedAsSetsWithTheirFoldersAsClasses) {
  const auto file = list("train.txt", "in/red/a.png\nin/red/b c.png\nin/blue/a.png\n");
  EXPECT_EQ(class_names(file), (std::vector<std::string>{"blue", "red"}));
  const auto set = open_image_set(file, Split::kTrain, 3);
  ASSERT_EQ(set->size(), 3);
  EXPECT_EQ(set->get(0, kOwnSize).label, 1);
  EXPECT_EQ(set->get(2, kOwnSize).label, 0);
  EXPECT_EQ(open_image_set(file, Split::kVal, 3), nullptr);
}

}  // namespace
}  // namespace ganvas
