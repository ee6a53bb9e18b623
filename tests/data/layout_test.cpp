// What a folder is taken for, and what it is not.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/layout.h"

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/pairs.h"
#include "ganvas/data/readable.h"
#include "ganvas/tasks/task.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// A smooth slope of colour, as photographs have it, without a seam.
Image slope(int64_t width, int64_t height) {
  auto image = make_image(width, height, 3);
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    const auto x = static_cast<int64_t>(i / 3) % width;
    image.bytes[i] = static_cast<uint8_t>(x * 200 / width + static_cast<int64_t>(i * 7 % 5));
  }
  return image;
}

class Layout : public testing::Test {
 protected:
  void put(const std::string& folder, int64_t count, const Image& image = slope(60, 40)) {
    make_folders(scratch_ / folder);
    for (int64_t i = 0; i < count; ++i) {
      write_image(image, scratch_ / folder / (std::to_string(i) + ".png"));
    }
  }
  std::string refusal(const std::string& folder, Task task, const Settings& settings = {}) {
    return error_of([&] {
      find_data(scratch_ / folder, task, settings, {.size = 32}).open(Split::kTrain, View::kPlain);
    });
  }
  Scratch scratch_;
};

TEST_F(Layout, PlainPhotographsAreNoPairsUnlessThatIsSaid) {
  put("plain/train", 3);
  EXPECT_TRUE(contains(refusal("plain", Task::kPairs), "3 images without a seam in the middle"));
  EXPECT_EQ(refusal("plain", Task::kPairs, {{"layout", "side-by-side"}}), "");
  write_pairs(scratch_ / "pairs/train", 3, 32);
  EXPECT_EQ(refusal("pairs", Task::kPairs), "");
  auto white = make_image(64, 32, 3);
  std::fill(white.bytes.begin(), white.bytes.end(), 255);
  put("white/train", 2, white);
  EXPECT_EQ(refusal("white", Task::kPairs), "") << "drawings on white show nothing at their seam";
}

TEST_F(Layout, SidesAreFoundInCapitalsAndWhatIsThereIsTold) {
  put("c/TrainA", 2);
  put("c/TrainB", 1);
  EXPECT_EQ(refusal("c", Task::kDomains), "");
  EXPECT_EQ(find_data(scratch_ / "c", Task::kPairs, {}, {}).layout, "folders");
  put("d/trainA", 2);
  make_folders(scratch_ / "d/trainB");
  put("d/notes", 1);
  EXPECT_TRUE(contains(refusal("d", Task::kDomains),
                       "images in both, found notes/ (1 images), trainA/ (2 images), trainB/ (0"));
  write_file(scratch_ / "data.zip", "x");
  EXPECT_TRUE(contains(refusal("data.zip", Task::kDomains), "got a file, expected a folder"));
}

TEST_F(Layout, WhatSystemsAndArchivesLeaveIsNoClass) {
  for (const auto* name : {"daisy", "roses", ".ipynb_checkpoints", "__MACOSX"}) {
    put(std::string("f/train/") + name, 2);
  }
  make_folders(scratch_ / "f/train/empty");
  EXPECT_EQ(class_names(scratch_ / "f"), (std::vector<std::string>{"daisy", "roses"}));
  EXPECT_EQ(photographs_in(scratch_ / "f/train").size(), 4U);
}

TEST_F(Layout, OtherSplitsAreNotTakenForTraining) {
  put("s/val", 2);
  put("s/test", 2);
  put("s/daisy", 1);
  EXPECT_EQ(photographs_in(scratch_ / "s").size(), 1U);
}

TEST_F(Layout, ALaterFolderOfAnotherLayoutIsNotedByItsLooks) {
  write_pairs(scratch_ / "p/train", 2, 32);
  auto data = find_data(scratch_ / "p", Task::kPairs, {}, {.size = 32});
  EXPECT_NO_THROW(data.require_recognised());
  put("q/trainA", 2);
  put("q/trainB", 2);
  data.folder = scratch_ / "q";
  EXPECT_TRUE(contains(error_of([&] { data.require_recognised(); }),
                       "looks like folders, but the run learned from side-by-side"));
}

TEST_F(Layout, BrokenImagesAreLeftOutAndNamed) {
  put("v/train", 4);
  write_file(scratch_ / "v/train/1.png", "no image");
  const auto open = [&] {
    return find_data(scratch_ / "v", Task::kImages, {}, {.size = 32})
        .open(Split::kTrain, View::kPlain);
  };
  std::vector<std::string> reasons;
  const auto some = readable(open(), 100, reasons);
  EXPECT_EQ(some->size(), 3);
  EXPECT_EQ(some->get(1, Random(0)).name, "2");
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_TRUE(contains(reasons[0], "1.png"));
  for (const auto* name : {"0.png", "2.png", "3.png"}) {
    write_file(scratch_ / "v/train" / name, "no image");
  }
  EXPECT_EQ(readable(open(), 100, reasons), nullptr);
}

TEST_F(Layout, OtherFilesAreMarkedEvenWhereTheyAreAsMany) {
  put("m/train", 3);
  const auto mark = [&] {
    return find_data(scratch_ / "m", Task::kImages, {}, {.size = 32})
        .open(Split::kTrain, View::kPlain)
        ->mark();
  };
  const auto before = mark();
  EXPECT_EQ(before.size(), 8U);
  EXPECT_EQ(mark(), before);
  fs::rename(scratch_ / "m/train/2.png", scratch_ / "m/train/3.png");
  EXPECT_NE(mark(), before);
}

TEST_F(Layout, PairsAreFoundByTheirNames) {
  for (const auto* name : {"1", "2", "x y"}) {
    make_folders(scratch_ / "n/train");
    write_image(slope(60, 40), scratch_ / "n/train" / (std::string(name) + ".png"));
    write_image(slope(60, 40), scratch_ / "n/train" / (std::string(name) + "_mask.png"));
  }
  write_image(slope(60, 40), scratch_ / "n/train/alone.png");
  const auto opened = [&](const std::string& names) {
    return find_data(scratch_ / "n", Task::kPairs, {{"names", names}}, {.size = 32})
        .open(Split::kTrain, View::kPlain);
  };
  testing::internal::CaptureStderr();
  const auto data = opened("{name}.png,{name}_mask.png");
  EXPECT_TRUE(contains(testing::internal::GetCapturedStderr(), "1 files of"));
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->get(2, Random(0)).name, "x y");
  EXPECT_EQ(find_data(scratch_ / ".", Task::kPairs,
                      {{"names", "n/train/{name}.png,n/train/{name}_mask.png"}}, {.size = 32})
                .open(Split::kTrain, View::kPlain)
                ->size(),
            3);
  const auto why = [&](const std::string& names) { return error_of([&] { opened(names); }); };
  EXPECT_TRUE(contains(why("{name}.png,{name}_B.png"), "got 0 pairs"));
  EXPECT_TRUE(contains(why("{name}.png"), "expected two names"));
  EXPECT_TRUE(contains(why("x.png,{name}_B.png"), "{name} once"));
  for (const auto* file : {"ab/train/1_A.png", "ab/train/1_B.png"}) {
    make_folders(scratch_ / "ab/train");
    write_image(slope(60, 40), scratch_ / file);
  }
  EXPECT_TRUE(contains(refusal("ab", Task::kPairs), "--names '{name}_A.png,{name}_B.png'"));
}

}  // namespace
}  // namespace ganvas
