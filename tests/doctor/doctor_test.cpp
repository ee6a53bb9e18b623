// Faults that are planted are found, each file by its name, and nothing is found where nothing is wrong.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/doctor/set_aside.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "tests/support/errors.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// A scene of coloured rectangles, another for each number.
Image scene(int64_t number, int64_t width = 96, int64_t height = 96) {
  Random random(/*seed=*/11, /*stream=*/3, static_cast<uint64_t>(number));
  auto image = make_image(width, height, 3);
  const auto paint = [&](int64_t left, int64_t top, int64_t right, int64_t bottom) {
    const std::array<int64_t, 3> color = {random.integer(60, 255), random.integer(0, 200),
                                          random.integer(0, 120)};
    for (int64_t y = top; y < bottom; ++y) {
      for (int64_t x = left; x < right; ++x) {
        for (size_t c = 0; c < 3; ++c) {
          image.bytes[static_cast<size_t>((y * width + x) * 3) + c] =
              static_cast<uint8_t>(color[c]);
        }
      }
    }
  };
  paint(0, 0, width, height);
  for (int64_t i = 0; i < 12; ++i) {
    const int64_t left = random.integer(0, width - 10), top = random.integer(0, height - 10);
    paint(left, top, std::min(width, left + random.integer(8, 40)),
          std::min(height, top + random.integer(8, 40)));
  }
  return image;
}

/// The scene's blue negative, `right` pixels further right: another look of the same.
Image other_look(const Image& image, int64_t right = 0) {
  auto other = image;
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      const auto from =
          static_cast<size_t>((y * image.width + (x + image.width - right) % image.width) * 3);
      const auto to = static_cast<size_t>((y * image.width + x) * 3);
      const auto grey = static_cast<uint8_t>((image.bytes[from] + image.bytes[from + 1]) / 4);
      other.bytes[to] = grey;
      other.bytes[to + 1] = static_cast<uint8_t>(grey / 2);
      other.bytes[to + 2] = static_cast<uint8_t>(255 - grey);
    }
  }
  return other;
}

Image beside(const Image& a, const Image& b) {
  auto both = make_image(a.width + b.width, a.height, 3);
  paste(a, both, 0, 0);
  paste(b, both, a.width, 0);
  return both;
}

class Doctor : public testing::Test {
 protected:
  void write(const Image& image, const std::string& name) {
    make_folders((scratch_ / name).parent_path());
    write_image(image, scratch_ / name);
  }

  void write_pairs(int64_t count) {
    for (int64_t n = 0; n < count; ++n) {
      write(beside(scene(n), other_look(scene(n))), c10::str("data/train/", 100 + n, ".png"));
    }
    for (int64_t n = 0; n < 2; ++n) {
      write(beside(scene(n + 90), other_look(scene(n + 90))), c10::str("data/val/", n, ".png"));
    }
  }

  std::vector<Finding> findings() {
    survey_ = survey_of(scratch_ / "data", "auto");
    examine(survey_, /*threads=*/2, [](int64_t, int64_t) {});
    auto all = findings_of(survey_);
    std::erase_if(all, [](const Finding& finding) { return finding.kind == "few images"; });
    return all;
  }

  /// The names of what one kind of finding is about; all other kinds are failures.
  std::set<std::string> named(const std::string& kind) {
    std::set<std::string> names;
    for (const auto& finding : findings()) {
      EXPECT_EQ(finding.kind, kind);
      for (const auto& fault : finding.faults) names.insert(survey_.name(fault.files.at(0)));
    }
    return names;
  }

  Moves moves_to(const std::string& folder) {
    const auto all = findings();
    return moves_of(survey_, all, scratch_ / folder);
  }

  Scratch scratch_;
  Survey survey_;
};

using Names = std::set<std::string>;

TEST_F(Doctor, FindsNothingWhereNothingIsWrong) {
  write_pairs(12);
  EXPECT_TRUE(findings().empty());
  EXPECT_EQ(survey_.layout, "side-by-side");
  EXPECT_EQ(survey_.records.size(), 14U);
}

TEST_F(Doctor, FilesThatCannotBeRead) {
  write_pairs(12);
  write_file(scratch_ / "data/train/100.png", "");
  const auto whole = read_file(scratch_ / "data/train/101.png");
  write_file(scratch_ / "data/train/101.png", whole.substr(0, whole.size() / 2));
  write_file(scratch_ / "data/train/102.png", "<!DOCTYPE html><title>404</title>");
  EXPECT_EQ(named("unreadable"), (Names{"train/100.png", "train/101.png", "train/102.png"}));
}

TEST_F(Doctor, PairsThatDoNotFit) {
  write_pairs(16);
  write(beside(scene(0), other_look(scene(0), /*right=*/9)), "data/train/100.png");
  EXPECT_EQ(named("shifted sides"), Names{"train/100.png"});
  write(beside(other_look(scene(0)), scene(0)), "data/train/100.png");
  EXPECT_EQ(named("swapped sides"), Names{"train/100.png"});
  write(beside(scene(0), scene(0)), "data/train/100.png");
  EXPECT_EQ(named("identical sides"), Names{"train/100.png"});
}

TEST_F(Doctor, SidesOfTwoScenes) {
  write_pairs(16);
  write(beside(scene(3), other_look(scene(50))), "data/train/103.png");
  EXPECT_EQ(named("two scenes"), Names{"train/103.png"});
}

// What a list or templates name, wherever it lies.
TEST_F(Doctor, ListsAndNames) {
  std::string list;
  for (int64_t n = 0; n < 12; ++n) {
    write(scene(n), c10::str("data/", n, "_A.png"));
    write(other_look(scene(n == 3 ? 50 : n)), c10::str("data/", n, "_B.png"));
    list += c10::str("data/", n, "_A.png data/", n, "_B.png\n");
  }
  write_file(scratch_ / "train.txt", list);
  for (const bool is_list : {true, false}) {
    auto survey = is_list ? survey_of_list(scratch_ / "train.txt")
                          : survey_of_names(scratch_ / "data", "{name}_A.png,{name}_B.png");
    EXPECT_EQ(survey.layout, "folders");
    examine(survey, /*threads=*/1, [](int64_t, int64_t) {});
    EXPECT_EQ(survey.pairs.size(), 12U);
    const auto found = findings_of(survey);
    ASSERT_EQ(found.at(0).kind, "two scenes");
    EXPECT_EQ(found[0].faults.at(0).files.at(0), scratch_ / "data/3_A.png");
  }
}

TEST_F(Doctor, ListsOfWhichNothingIsThere) {
  write(scene(1), "data/1.png");
  write_file(scratch_ / "data/train.txt", "gone1.png\ngone2.png\n");
  EXPECT_EQ(survey_of_list(scratch_ / "data/train.txt").missing.size(), 2U);
  write_file(scratch_ / "data/train.txt", "1.png\n");
  write_file(scratch_ / "data/val.txt", "gone.png\n");
  const auto survey = survey_of_list(scratch_ / "data/train.txt");
  EXPECT_EQ(survey.missing.size(), 1U);
  EXPECT_EQ(survey.records.size(), 1U);
}

TEST_F(Doctor, FilesThatBothTemplatesFind) {
  for (const auto* name : {"1.png", "1_B.png", "2.png", "2_B.png", "3.png", "4_B.png"}) {
    write(scene(1), c10::str("data/", name));
  }
  for (const auto* templates : {"{name}.png,{name}_B.png", "{name}_B.png,{name}.png"}) {
    auto survey = survey_of_names(scratch_ / "data", templates);
    examine(survey, /*threads=*/1, [](int64_t, int64_t) {});
    EXPECT_EQ(survey.records.size(), 6U) << templates;
    EXPECT_EQ(survey.pairs.size(), 2U) << templates;
  }
}

TEST_F(Doctor, LinksToNothing) {
  write_pairs(12);
  fs::create_symlink("nowhere.png", scratch_ / "data/train/link.png");
  EXPECT_EQ(named("unreadable"), Names{"train/link.png"});
}

TEST_F(Doctor, SaysByHowMuchASideIsShifted) {
  write_pairs(12);
  write(beside(scene(0), other_look(scene(0), /*right=*/9)), "data/train/100.png");
  const auto found = findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].faults.at(0).text, "b lies 9 pixels to the right and 0 down of a");
}

TEST_F(Doctor, FoldersOfPairs) {
  for (int64_t n = 0; n < 12; ++n) {
    write(scene(n), c10::str("data/trainA/", 100 + n, ".png"));
    write(other_look(scene(n)), c10::str("data/trainB/", 100 + n, ".png"));
  }
  write(scene(90), "data/testA/0.png");
  write(other_look(scene(90)), "data/testB/0.png");
  EXPECT_TRUE(findings().empty());
  EXPECT_EQ(survey_.layout, "folders");
  fs::remove(scratch_ / "data/trainB/103.png");
  EXPECT_EQ(named("without partner"), Names{"trainA/103.png"});
}

TEST_F(Doctor, ImagesThatAreThereTwice) {
  write_pairs(12);
  fs::copy_file(scratch_ / "data/train/103.png", scratch_ / "data/train/copy.png");
  EXPECT_EQ(named("duplicates"), Names{"train/copy.png"});
  fs::rename(scratch_ / "data/train/copy.png", scratch_ / "data/val/copy.png");
  EXPECT_EQ(named("in two splits"), Names{"train/103.png"})
      << "of two splits, train's is better away";
  write_image(read_image(scratch_ / "data/val/copy.png"), scratch_ / "data/val/copy.jpg");
  fs::remove(scratch_ / "data/val/copy.png");
  EXPECT_EQ(named("alike in two splits"), Names{"train/103.png"});
}

TEST_F(Doctor, MirrorImagesAndOtherBrightnessAreAlikeToo) {
  for (int64_t n = 0; n < 12; ++n) write(scene(n), c10::str("data/train/", n, ".png"));
  const std::vector<int64_t> across = {2};
  write(to_image(to_tensor(scene(3), 3).flip(across)), "data/test/mirrored.png");
  write(to_image(to_tensor(scene(5), 3) * 0.8 - 0.1), "data/test/darker.png");
  write(scene(90), "data/test/other.png");
  EXPECT_EQ(named("alike in two splits"), (Names{"train/3.png", "train/5.png"}));
}

TEST_F(Doctor, OneSideThatIsEmptyOrOfOneColour) {
  for (int64_t n = 0; n < 12; ++n) write(scene(n), c10::str("data/trainA/", n, ".png"));
  make_folders(scratch_ / "data/trainB");
  write(scene(90), "data/testA/90.png");
  write(scene(91), "data/testB/91.png");
  const auto found = findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "empty sides");
  EXPECT_EQ(found[0].faults.at(0).text, "trainB has no images");
  for (int64_t n = 0; n < 12; ++n) write(other_look(scene(n)), c10::str("data/trainB/", n, ".png"));
  fs::rename(scratch_ / "data/testB/91.png", scratch_ / "data/testB/90.png");
  write(make_image(96, 96, 3), "data/trainB/4.png");
  std::set<std::string> kinds;
  for (const auto& finding : findings()) kinds.insert(finding.kind);
  EXPECT_EQ(survey_.layout, "folders");
  EXPECT_TRUE(kinds.count("blank sides") == 1);
}

TEST_F(Doctor, OneImageInBothDomains) {
  for (int64_t n = 0; n < 12; ++n) {
    write(scene(n), c10::str("data/trainA/a", n, ".png"));
    write(other_look(scene(n + 20)), c10::str("data/trainB/b", n, ".png"));
  }
  write(scene(90), "data/testA/1.png");
  write(other_look(scene(91)), "data/testB/2.png");
  fs::copy_file(scratch_ / "data/trainA/a3.png", scratch_ / "data/trainB/x.png");
  EXPECT_EQ(named("in both domains"), Names{"trainB/x.png"});
}

TEST_F(Doctor, ClassesAndWhatIsNone) {
  for (int64_t n = 0; n < 60; ++n) write(scene(n), c10::str("data/train/red/", n, ".png"));
  for (int64_t n = 60; n < 64; ++n) write(scene(n), c10::str("data/train/blue/", n, ".png"));
  write(scene(90), "data/test/red/0.png");
  make_folders(scratch_ / "data/train/green");
  make_folders(scratch_ / "data/train/__MACOSX");
  write_file(scratch_ / "data/train/red/x.tga", "not read");
  write_file(scratch_ / "data/train/red/notes.txt", "by hand");
  Names kinds;
  for (const auto& finding : findings()) kinds.insert(finding.kind);
  EXPECT_EQ(survey_.layout, "single");
  EXPECT_EQ(kinds,
            (Names{"imbalance", "empty folders", "hidden folders", "not read", "no images"}));
}

TEST_F(Doctor, SetsAsideAndDeletesNothing) {
  for (int64_t n = 0; n < 10; ++n) {
    write(scene(n), c10::str("data/trainA/", 100 + n, ".png"));
    write(other_look(scene(n)), c10::str("data/trainB/", 100 + n, ".png"));
  }
  write(scene(90), "data/testA/0.png");
  write(other_look(scene(90)), "data/testB/0.png");
  write_file(scratch_ / "data/trainA/104.png", "");
  const auto moves = moves_to("aside");
  set_files_aside(moves);
  EXPECT_EQ(moves.size(), 2U) << "its partner goes with it";
  EXPECT_TRUE(fs::exists(scratch_ / "aside/trainA/104.png"));
  EXPECT_TRUE(fs::exists(scratch_ / "aside/trainB/104.png"));
  EXPECT_TRUE(findings().empty());
  write_file(scratch_ / "data/trainA/104.png", "");
  const auto again = moves_to("aside");
  EXPECT_TRUE(contains(error_of([&] { set_files_aside(again); }), "is there already"));
  EXPECT_TRUE(fs::exists(scratch_ / "data/trainA/104.png"));
}

TEST_F(Doctor, AFolderWithoutImagesIsRefused) {
  make_folders(scratch_ / "data/train");
  EXPECT_TRUE(contains(error_of([&] { findings(); }), "has no images"));
  EXPECT_TRUE(contains(error_of([&] { survey_of(scratch_ / "none", "auto"); }), "no such folder"));
}

}  // namespace
}  // namespace ganvas
