// Knobs: reading, ranges, and the name that was meant.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/config.h"

#include "tests/support/errors.h"

namespace ganvas {
namespace {

enum class Kind { kOne, kTwo };

struct Config {
  int64_t width = 8;
  double rate = 0.1;
  bool flip = true;
  Kind kind = Kind::kOne;
  std::string word = "one";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("width", width, "a width", Range{1, 512});
    v("rate", rate, "a rate", Range{0, 1});
    v("flip", flip, "a switch");
    v("kind", kind, "a word of an enum", Choices{"one", "two"});
    v("word", word, "a word", Choices{"one", "two"});
  }
};

TEST(Config, ValuesReadBackAsTheyWereWritten) {
  Config config{77, 0.1 + 0.2, false, Kind::kTwo, "two"};
  Config copy;
  assign(copy, settings_of(config));
  EXPECT_EQ(copy.width, 77);
  EXPECT_EQ(copy.rate, 0.1 + 0.2);
  EXPECT_FALSE(copy.flip);
  EXPECT_EQ(copy.kind, Kind::kTwo);
  EXPECT_EQ(copy.word, "two");
  EXPECT_EQ(describe(copy)[3].value, "two");
}

TEST(Config, WhatAKnobDoesNotTakeIsRefused) {
  const auto refusal = [](const std::string& name, const std::string& text) {
    Config config;
    return error_of([&] { assign(config, {{name, text}}); });
  };
  EXPECT_TRUE(contains(refusal("width", "0"), "--width: got 0, expected an integer in 1..512"));
  for (const char* text : {"", "8x", "8.5", "1e2", "99999999999999999999"}) {
    EXPECT_NE(refusal("width", text), "") << text;
  }
  for (const char* text : {"nan", "inf", "1.01", "-0.1", "half"}) {
    EXPECT_NE(refusal("rate", text), "") << text;
  }
  EXPECT_NE(refusal("flip", "perhaps"), "");
  for (const char* name : {"kind", "word"}) {
    EXPECT_TRUE(contains(refusal(name, "tow"), "did you mean two?")) << name;
  }
  EXPECT_TRUE(contains(refusal("widht", "8"), "did you mean width?"));
}

}  // namespace
}  // namespace ganvas
