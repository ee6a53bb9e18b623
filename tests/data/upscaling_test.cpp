// Photographs and their small copies.
// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "ganvas/core/files.h"
#include "ganvas/image/resize.h"
#include "ganvas/tasks/task.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

class Upscaling : public testing::Test {
 protected:
  Upscaling() {
    make_folders(scratch_ / "d/train");
    write_image(noise_image(45, 38, 3, 8), scratch_ / "d/train/x.png");
  }

  std::unique_ptr<Dataset> open(View view, const Settings& settings = {},
                                const ImageSpec& spec = {.size = 16}) {
    return find_data(scratch_ / "d", Task::kUpscaling, settings, spec).open(Split::kTrain, view);
  }

  Scratch scratch_;
};

TEST_F(Upscaling, APlainSampleIsTheWholeAndItsReduction) {
  const auto sample = open(View::kPlain)->get(0, Random(0));
  EXPECT_EQ(sample.b.sizes(), (std::vector<int64_t>{3, 36, 44})) << "cut to a multiple of 4";
  EXPECT_TRUE(sample.a.equal(reduce(sample.b, 4)));
}

TEST_F(Upscaling, CropsLieOnTheSamePlaceInEightWays) {
  const auto data = open(View::kAugmented);
  const auto whole = open(View::kPlain)->get(0, Random(0));
  std::set<std::string> ways;
  for (uint64_t n = 0; n < 60; ++n) {
    const auto sample = data->get(0, Random(n));
    ASSERT_EQ(sample.b.sizes(), (std::vector<int64_t>{3, 16, 16}));
    ASSERT_EQ(sample.a.sizes(), (std::vector<int64_t>{3, 4, 4}));
    int64_t found = 0;
    for (int64_t top = 0; top <= 5; ++top) {
      for (int64_t left = 0; left <= 7; ++left) {
        for (int64_t way = 0; way < 8; ++way) {
          const auto as_laid = [&](const Tensor& image, int64_t s) {
            auto part = image.narrow(1, s * top, 4 * s).narrow(2, s * left, 4 * s);
            if (way & 1) part = part.transpose(1, 2);
            if (way & 2) part = part.flip(std::vector<int64_t>{1});
            if (way & 4) part = part.flip(std::vector<int64_t>{2});
            return part;
          };
          if (!close(sample.b, as_laid(whole.b, 4), kOneOperation)) continue;
          ++found;
          EXPECT_TRUE(close(sample.a, as_laid(whole.a, 1), kOneOperation));
          ways.insert(std::to_string(way));
        }
      }
    }
    EXPECT_EQ(found, 1);
  }
  EXPECT_EQ(ways.size(), 8U);
}

TEST_F(Upscaling, SmallCopiesOfOthersAreTaken) {
  make_folders(scratch_ / "small");
  const Settings config = {{"reductions", scratch_ / "small"}};
  const auto get = [&] { open(View::kPlain, config)->get(0, Random(0)); };
  EXPECT_NE(error_of(get).find("has no partner"), std::string::npos);
  write_image(make_image(11, 9, 3), scratch_ / "small/x.png");
  const auto sample = open(View::kPlain, config)->get(0, Random(0));
  EXPECT_EQ(sample.a.max().item<float>(), -1) << "that of the folder, which is black";
  EXPECT_EQ(sample.b.sizes(), (std::vector<int64_t>{3, 36, 44}));
  write_image(make_image(5, 9, 3), scratch_ / "small/x.png");
  EXPECT_NE(error_of(get).find("expected 1/4 of 45 x 38"), std::string::npos);
}

TEST_F(Upscaling, WhatCannotBeIsRefused) {
  const auto error = [&](const ImageSpec& spec, const Settings& config = {}) {
    return error_of([&] { open(View::kAugmented, config, spec)->get(0, Random(0)); });
  };
  EXPECT_NE(error({.size = 18}).find("expected a multiple of --scale 4"), std::string::npos);
  EXPECT_NE(error({.size = 64}).find("expected at least --size 64"), std::string::npos);
  EXPECT_NE(
      error({.size = 16}, {{"layout", "mosaic"}}).find("learns from super-resolution (reduced)"),
      std::string::npos);
}

}  // namespace
}  // namespace ganvas
