// The networks of every method have as many parameters as those of the papers' code.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "ganvas/methods/method.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

/// The parameters of all networks whose names begin with one of `prefixes`.
int64_t count(const Method& method, const std::vector<std::string>& prefixes) {
  int64_t sum = 0;
  for (const auto& [name, network] : method.networks()) {
    for (const auto& prefix : prefixes) {
      if (name.rfind(prefix, 0) == 0) sum += parameter_count(network);
    }
  }
  return sum;
}

std::unique_ptr<Method> make(const std::string& name, int64_t size, int64_t channels = 3) {
  return find_method(name).build({}, ImageSpec{size, channels, channels});
}

TEST(Counts, CycleGan) {
  EXPECT_EQ(count(*make("cyclegan", 256), {"generator_ab"}), 11'378'179);
  const auto small = make("cyclegan", 128);
  EXPECT_EQ(count(*small, {"generator_ba"}), 7'837'699);
  EXPECT_EQ(count(*small, {"discriminator_a"}), 2'764'737);
}

TEST(Counts, DiscoGan) {
  const auto method = make("discogan", 64);
  EXPECT_EQ(count(*method, {"generator_ab"}), 5'513'856);
  EXPECT_EQ(count(*method, {"discriminator_b"}), 2'765'568);
}

TEST(Counts, DualGan) {
  const auto method = make("dualgan", 256);
  // Without the scale and shift at the 1 x 1 bottleneck, and without those of the critic's norms.
  EXPECT_EQ(count(*method, {"generator_ab"}), 30'627'907 - 2 * 512);
  EXPECT_EQ(count(*method, {"critic_a"}), 3'949'441 - 2 * (128 + 256 + 512 + 512));
}

TEST(Counts, CoGan) {
  const auto method = make("cogan", 28, 1);
  EXPECT_EQ(count(*method, {"generator"}), 7'842'694);
  EXPECT_EQ(count(*method, {"discriminator"}), 427'593);
}

TEST(Counts, Unit) {
  const auto method = make("unit", 128);
  EXPECT_EQ(count(*method, {"encoder", "decoder"}), 18'017'286);
  EXPECT_EQ(count(*method, {"discriminator_a"}), 25'149'057);
  const auto row = find_method("unit");
  const auto judges = [&](const char* kind) {
    const auto spec = shape_of(row.task, {.size = 128});
    return count(*row.build({{"discriminator", kind}}, spec), {"discriminator"});
  };
  EXPECT_EQ(judges("shared"), 25'240'065);
  EXPECT_EQ(judges("multi-scale"), 9'308'934);
}

TEST(Counts, SrResNet) {
  const auto row = find_method("srresnet");
  const auto method = row.build({}, shape_of(row.task, {.size = 96, .class_names = "x,y"}));
  EXPECT_EQ(count(*method, {"generator"}), 1'547'350);
  const auto srgan = find_method("srgan").build({}, ImageSpec{.size = 96, .scale = 4});
  EXPECT_EQ(count(*srgan, {"generator"}), 1'547'350);
  EXPECT_EQ(count(*srgan, {"discriminator"}), 23'563'649);
}

TEST(Counts, VaeGan) {
  const auto method = make("vaegan", 64);
  EXPECT_EQ(count(*method, {"encoder"}), 18'071'360);
  EXPECT_EQ(count(*method, {"decoder"}), 4'693'155);
  EXPECT_EQ(count(*method, {"discriminator"}), 10'953'857);
  EXPECT_EQ(count(*make("vae", 64), {"encoder", "decoder"}), 22'764'515);
}

TEST(Counts, Dong) {
  const auto method = make("dong", 64);
  EXPECT_EQ(count(*method, {"generator", "embedding"}), 18'936'973);
  EXPECT_EQ(count(*method, {"discriminator"}), 4'332'035);
  EXPECT_EQ(count(*method, {"encoder"}), 5'126'756);
}

}  // namespace
}  // namespace ganvas
