// What the environment says of several processes.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/world/place.h"

#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

#include "ganvas/core/host.h"
#include "ganvas/world/network.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

/// The environment with these variables and none of the others that are asked for.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::string>& variables) {
    for (const auto* name : kNames) {
      const char* was = std::getenv(name);
      if (was != nullptr) before_[name] = was;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto* name : kNames) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  static constexpr const char* kNames[] = {"RANK",
                                           "WORLD_SIZE",
                                           "LOCAL_RANK",
                                           "LOCAL_WORLD_SIZE",
                                           "MASTER_ADDR",
                                           "MASTER_PORT",
                                           "TORCHELASTIC_USE_AGENT_STORE",
                                           "TORCHELASTIC_RESTART_COUNT",
                                           "SLURM_PROCID",
                                           "SLURM_NTASKS",
                                           "SLURM_LOCALID",
                                           "SLURM_STEP_NUM_TASKS",
                                           "SLURM_STEP_NODELIST",
                                           "SLURM_STEP_TASKS_PER_NODE",
                                           "SLURM_JOB_ID",
                                           "SLURM_STEP_ID"};
  std::map<std::string, std::string> before_;
};

TEST(Place, IsWhatTorchrunSays) {
  const Environment set({{"RANK", "5"},
                         {"WORLD_SIZE", "8"},
                         {"LOCAL_RANK", "1"},
                         {"LOCAL_WORLD_SIZE", "4"},
                         {"MASTER_ADDR", "node1"},
                         {"MASTER_PORT", "29500"},
                         {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                         {"SLURM_PROCID", "0"},
                         {"SLURM_STEP_NUM_TASKS", "2"}});
  const auto place = place_of_environment();
  EXPECT_EQ(place.rank, 5);
  EXPECT_EQ(place.size, 8);
  EXPECT_EQ(place.local_rank, 1);
  EXPECT_EQ(place.local_size, 4);
  EXPECT_EQ(place.address, "node1");
  EXPECT_EQ(place.port, 29500);
  EXPECT_TRUE(place.has_agent);
}

TEST(Place, IsWhatAStepOfSlurmSaysAndNotABatchScript) {
  const std::map<std::string, std::string> script = {
      {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "6"}, {"SLURM_JOB_ID", "77"}};
  {
    const Environment set(script);
    EXPECT_EQ(place_of_environment().size, 1);
  }
  auto step = script;
  step.insert({{"SLURM_STEP_NUM_TASKS", "6"},
               {"SLURM_LOCALID", "1"},
               {"SLURM_STEP_ID", "2"},
               {"SLURM_STEP_NODELIST", "gpu[07,09-10]"},
               {"SLURM_STEP_TASKS_PER_NODE", "2(x3)"}});
  step.insert_or_assign("SLURM_PROCID", "3");
  const Environment set(step);
  const auto place = place_of_environment();
  EXPECT_EQ(place.rank, 3);
  EXPECT_EQ(place.size, 6);
  EXPECT_EQ(place.local_size, 2);
  EXPECT_EQ(place.address, "gpu07");
  EXPECT_GE(place.port, 20000);
}

TEST(Place, RefusesWhatMakesNoSense) {
  const auto refusal = [](const std::map<std::string, std::string>& variables) {
    const Environment set(variables);
    return error_of([] { place_of_environment(); });
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({{"WORLD_SIZE", "1"}, {"RANK", "0"}}), "");
  EXPECT_EQ(refusal({{"WORLD_SIZE", "1"}}), "");
  EXPECT_TRUE(contains(refusal({{"WORLD_SIZE", "2"}}), "RANK is missing"));
  EXPECT_TRUE(contains(refusal({{"WORLD_SIZE", "2"}, {"RANK", "2"}}), "RANK: got '2'"));
  EXPECT_TRUE(contains(refusal({{"WORLD_SIZE", "two"}, {"RANK", "0"}}), "WORLD_SIZE: got 'two'"));
  EXPECT_TRUE(contains(refusal({{"WORLD_SIZE", "2"}, {"RANK", "0"}}), "MASTER_ADDR is missing"));
  EXPECT_TRUE(contains(
      refusal({{"WORLD_SIZE", "2"}, {"RANK", "0"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "99999"}}),
      "MASTER_PORT: got '99999'"));
}

TEST(Place, FirstHostOfAList) {
  EXPECT_EQ(first_host("a"), "a");
  EXPECT_EQ(first_host("a,b"), "a");
  EXPECT_EQ(first_host("node[03-05,9],other"), "node03");
  EXPECT_EQ(first_host("other,node[03-05]"), "other");
  EXPECT_EQ(first_host("node[7]"), "node7");
}

TEST(Network, AddressTowardsAnother) {
  EXPECT_EQ(address_towards("127.0.0.1", 29500), "127.0.0.1");
  EXPECT_TRUE(is_loopback(address_towards("localhost", 29500)));
  EXPECT_EQ(address_towards("no-such-host.invalid", 29500), "");
  EXPECT_FALSE(is_loopback("10.0.0.1"));
}

}  // namespace
}  // namespace ganvas
