// Two domains from every layout, and IDX files from strangers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/domains.h"

#include <set>

#include <ATen/ops/rand.h>

#include "ganvas/core/files.h"
#include "ganvas/data/idx.h"
#include "ganvas/data/image_set.h"
#include "ganvas/tasks/task.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// Images of one level each: first, first + 1, ...
void write_levels(const fs::path& folder, int64_t count, int64_t first) {
  make_folders(folder);
  for (int64_t n = 0; n < count; ++n) {
    auto image = make_image(20, 24, 3);
    std::fill(image.bytes.begin(), image.bytes.end(), static_cast<uint8_t>(first + n));
    write_image(image, folder / (std::to_string(n) + ".png"));
  }
}

int64_t level(const Tensor& image) {
  return ((image.flatten()[0] + 1) * 127.5).round().item<int64_t>();
}

std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

/// An IDX file of count 2 x 2 images, image n all of level 10 n.
std::string idx_images(uint32_t count) {
  auto bytes = big_endian(0x803) + big_endian(count) + big_endian(2) + big_endian(2);
  for (uint32_t n = 0; n < count; ++n) bytes += std::string(4, static_cast<char>(10 * n));
  return bytes;
}

class Domains : public testing::Test {
 protected:
  std::unique_ptr<Dataset> open(const fs::path& root, Split split, View view,
                                const Settings& settings = {}) {
    return find_data(root, Task::kDomains, settings, {.size = 16}).open(split, view);
  }
  Scratch scratch_;
};

TEST_F(Domains, DomainsMayDifferInSizeAndEachImageIsSeen) {
  write_levels(scratch_ / "d/trainA", 3, 0);
  write_levels(scratch_ / "d/trainB", 5, 100);
  const auto data = open(scratch_ / "d", Split::kTrain, View::kAugmented);
  ASSERT_EQ(data->size(), 5);
  std::set<int64_t> a, b;
  for (uint64_t n = 0; n < 60; ++n) {
    const auto sample = data->get(static_cast<int64_t>(n % 5), Random(n));
    EXPECT_EQ(sample.a.sizes(), (std::vector<int64_t>{3, 16, 16}));
    a.insert(level(sample.a));
    b.insert(level(sample.b));
  }
  EXPECT_EQ(a, (std::set<int64_t>{0, 1, 2}));
  EXPECT_EQ(b, (std::set<int64_t>{100, 101, 102, 103, 104})) << "b is drawn at random";
}

TEST_F(Domains, TheMiddleOfAImageIsNotStretched) {
  auto image = make_image(48, 16, 3);  // three squares side by side; the middle one is white
  for (size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = i / 3 % 48 / 16 == 1 ? 255 : 0;
  for (const auto* folder : {"trainA", "trainB"}) {
    fs::create_directories(scratch_ / "d" / folder);
    write_image(image, scratch_ / "d" / folder / "p.png");
  }
  const auto get = [&](const Settings& how) {
    return open(scratch_ / "d", Split::kTrain, View::kPlain, how)->get(0, Random(0)).a;
  };
  EXPECT_EQ(get({{"fit", "middle"}}).min().item<float>(), 1);
  EXPECT_LT(get({}).min().item<float>(), 0) << "stretched, all three are in it";
}

TEST_F(Domains, LaterEpochsSeeTheSameImagesWithoutTheirFilesIfThereIsRoom) {
  for (const int64_t cache : {0, 1}) {
    write_levels(scratch_ / "d/trainA", 2, 50);
    write_levels(scratch_ / "d/trainB", 2, 90);
    const auto data =
        open(scratch_ / "d", Split::kTrain, View::kAugmented, {{"cache", std::to_string(cache)}});
    const auto first = data->get(1, Random(7));
    for (const char* side : {"trainA", "trainB"}) {
      for (const auto& file : list_files(scratch_ / "d" / side)) fs::remove(file);
    }
    if (cache == 0) {
      EXPECT_THROW(data->get(1, Random(7)), Error);
      continue;
    }
    const auto again = data->get(1, Random(7));
    EXPECT_TRUE(again.a.equal(first.a) && again.b.equal(first.b) && again.name == first.name);
  }
}

TEST_F(Domains, AMarginPutsBlackAroundOneDomain) {
  write_levels(scratch_ / "d/trainA", 1, 200);
  write_levels(scratch_ / "d/trainB", 1, 200);
  const Settings framed = {{"margin-b", "4"}};  // 20 x 24 becomes 28 x 32, then 16 x 16
  const auto sample = open(scratch_ / "d", Split::kTrain, View::kPlain, framed)->get(0, Random(0));
  EXPECT_EQ(level(sample.a), 200);
  EXPECT_EQ(level(sample.b), 0) << "the corner is frame";
  EXPECT_EQ(level(sample.b.narrow(1, 8, 1).narrow(2, 8, 1)), 200) << "the middle is not";
}

TEST_F(Domains, AnyTwoFoldersAndAnyTwoClassesServe) {
  write_levels(scratch_ / "x/train", 2, 0);
  write_levels(scratch_ / "x/test", 1, 50);
  write_levels(scratch_ / "y", 3, 100);
  const Settings folders = {{"data-b", scratch_ / "y"}};
  EXPECT_EQ(open(scratch_ / "x", Split::kTrain, View::kPlain, folders)->count_a(), 2);
  const auto test = open(scratch_ / "x", Split::kTest, View::kPlain, folders);
  EXPECT_EQ(level(test->get(0, Random(0)).a), 50);
  EXPECT_EQ(test->count_b(), 3) << "a folder without splits is all of them";

  write_levels(scratch_ / "c/train/daisy", 2, 0);
  write_levels(scratch_ / "c/train/roses", 2, 100);
  write_levels(scratch_ / "c/train/tulips", 2, 200);
  const Settings classes = {{"classes", "tulips,daisy"}, {"direction", "BtoA"}};
  const auto sample = open(scratch_ / "c", Split::kTrain, View::kPlain, classes)->get(1, Random(0));
  EXPECT_EQ(level(sample.a), 1);
  EXPECT_EQ(level(sample.b), 201);
}

TEST_F(Domains, IdxFilesAreSplitAndDerived) {
  make_folders(scratch_ / "digits");
  write_file(scratch_ / "digits/t10k-images-idx3-ubyte", idx_images(10));
  write_file(scratch_ / "digits/t10k-labels-idx1-ubyte",
             big_endian(0x801) + big_endian(10) + std::string("\0\1\2\3\4\5\6\7\x08\x09", 10));
  const Settings negative = {{"derive-b", "negative"}};
  const auto train = open(scratch_ / "digits", Split::kTrain, View::kAugmented, negative);
  EXPECT_EQ(train->count_a() + train->count_b(), 8);
  const auto test = open(scratch_ / "digits", Split::kTest, View::kPlain, negative);
  const auto sample = test->get(0, Random(0));
  EXPECT_EQ(sample.a.size(0), 1) << "digits are grey";
  EXPECT_EQ(level(sample.a), 80);
  EXPECT_EQ(sample.label_a, 8);
  EXPECT_EQ(level(sample.b), 255 - 90) << "b comes from the other half";
  EXPECT_EQ(sample.label_b, 9);
}

TEST_F(Domains, EdgesAreADilationMinusTheImage) {
  auto dot = at::rand({1, 5, 5}) * 0 - 1;
  dot[0][2][2] = 1;
  const auto edges = derive_image(Derived::kEdges, dot);
  EXPECT_EQ(edges[0][2][2].item<float>(), -1);
  EXPECT_EQ(edges[0][1][3].item<float>(), 1);
  EXPECT_EQ(edges[0][0][0].item<float>(), -1);
}

TEST_F(Domains, DamagedIdxFilesAreRefused) {
  const auto refusal = [&](const std::string& bytes) {
    write_file(scratch_ / "x-idx3-ubyte", bytes);
    return error_of([&] { read_idx(scratch_ / "x-idx3-ubyte"); });
  };
  EXPECT_EQ(refusal(idx_images(3)), "");
  EXPECT_TRUE(contains(refusal(""), "missing at its end"));
  EXPECT_TRUE(contains(refusal("hello there"), "no IDX file"));
  EXPECT_TRUE(contains(refusal(idx_images(3).substr(0, 20)), "missing at its end"));
  const auto huge = std::string("\xff\xff\xff\xff", 4);
  EXPECT_TRUE(contains(refusal(big_endian(0x803) + huge + huge + huge), "at most 2^31"));
  EXPECT_TRUE(contains(refusal(big_endian(0x803) + std::string(12, '\0')), "at most 2^31"));
}

TEST_F(Domains, WhatDoesNotFitIsRefused) {
  write_levels(scratch_ / "flat", 2, 0);
  const auto text = error_of([&] { open(scratch_ / "flat", Split::kTrain, View::kPlain); });
  EXPECT_TRUE(contains(
      text,
      "trainA and trainB with images in both, found 2 images; or name domain b with --data-b"));
  const Settings one_class = {{"classes", "daisy"}};
  EXPECT_TRUE(
      contains(error_of([&] { open(scratch_ / "flat", Split::kTrain, View::kPlain, one_class); }),
               "two folder names"));
  const auto refusal = [&](const Settings& settings) {
    return error_of([&] { find_data(scratch_ / "flat", Task::kPairs, settings, {}); });
  };
  EXPECT_TRUE(contains(refusal({{"classes", "daisy,roses"}}), "--classes: is for unpaired data"));
  EXPECT_TRUE(contains(refusal({{"layout", "unpaired"}}),
                       "learns from pairs of files (side-by-side, folders), mosaics"));
  EXPECT_TRUE(contains(refusal({{"layout", "sidebyside"}}), "did you mean side-by-side"));
}

}  // namespace
}  // namespace ganvas
