// Training as a whole: exact resume, the same data whatever the workers, refused changes.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/train.h"

#include <algorithm>
#include <cmath>

#include "ganvas/core/files.h"
#include "ganvas/data/loader.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/train/run_folder.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

RunSpec tiny_run(const fs::path& data, const fs::path& folder, int64_t steps) {
  RunSpec spec;
  spec.method = "pix2pix";
  spec.folder = folder;
  spec.method_settings = {{"width", "4"}, {"discriminator-width", "4"}, {"patch", "16"}};
  spec.train.ema = 0.9;
  spec.run.steps = steps;
  spec.run.save_every = 3;
  spec.run.validate_every = 2;
  spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
  spec.data = find_data(data, Task::kPairs, {}, {.size = 32});
  return spec;
}

class Training : public testing::Test {
 protected:
  Training() {
    write_pairs(scratch_ / "data/train", 5, 40);
    write_pairs(scratch_ / "data/val", 2, 40);
  }
  RunSpec spec(const std::string& run, int64_t steps) const {
    return tiny_run(scratch_ / "data", scratch_ / run, steps);
  }
  Scratch scratch_;
};

struct ResumeCase {
  std::string method, precision;
};

class Resume : public Training, public testing::WithParamInterface<ResumeCase> {};

TEST_P(Resume, AResumedRunHasTheBytesOfOneThatNeverStopped) {
  const auto& [method, precision] = GetParam();
  if (precision == "bf16" && !has_fast_bf16()) {
    GTEST_SKIP() << "this processor has no fast bf16";
  }
  auto unbroken = spec("whole", 8), halved = spec("halved", 8);
  for (auto* run : {&unbroken, &halved}) {
    run->machine.precision = precision;
    run->method = method;
    run->method_settings.emplace_back("pool-size", "3");
    for (const auto* knob : {"gan-steps", "pretrain-steps"}) {
      run->method_settings.emplace_back(knob,
                                        "5");  // of dong and srgan: they die in the second part
    }
    const auto task = find_method(method).task;
    if (task == Task::kPairs || task == Task::kDomains) continue;
    run->train.batch = 2;
    run->data = find_data(scratch_ / "data", task, {}, {.size = 32});
  }
  const auto whole = train(unbroken, Start::kFresh);
  // Dies at step 7, after the checkpoint of step 6: what a kill leaves behind.
  const Sink dies = [](const Event& event) {
    if (event.step == 7 && event.kind == "step") throw std::runtime_error("killed");
  };
  EXPECT_THROW(train(halved, Start::kFresh, {dies}), std::runtime_error);
  halved.run.workers = 1;
  halved.run.validate_every = 5;
  const auto resumed = train(halved, Start::kResume);
  const SafetensorsFile a(whole.checkpoint), b(resumed.checkpoint);
  ASSERT_EQ(a.names(), b.names());
  for (const auto& name : a.names()) {
    EXPECT_TRUE(name == "best_l1" || a.read(name).equal(b.read(name))) << name;
  }
  int64_t steps = 0;
  for (const auto& event : read_events(scratch_ / "halved/events.jsonl")) {
    if (event.kind != "step") continue;
    EXPECT_EQ(event.step, ++steps);
  }
  EXPECT_EQ(steps, 8);
}

INSTANTIATE_TEST_SUITE_P(Methods, Resume,
                         testing::Values(ResumeCase{"pix2pix", "fp32"},
                                         ResumeCase{"pix2pix", "bf16"},
                                         ResumeCase{"cyclegan", "fp32"},
                                         ResumeCase{"dualgan", "fp32"}, ResumeCase{"unit", "fp32"},
                                         ResumeCase{"dong", "fp32"}, ResumeCase{"srgan", "fp32"},
                                         ResumeCase{"vaegan", "fp32"}),
                         [](const auto& info) { return info.param.method + info.param.precision; });

TEST_F(Training, KeepsTheNewestCheckpointsAndTheBest) {
  train(spec("run", 9), Start::kFresh);
  const auto kept = list_checkpoints(scratch_ / "run");
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept.back().filename(), "step-00000009.safetensors");
  EXPECT_EQ(open_checkpoint(scratch_ / "run/checkpoints/best.safetensors").info.method, "pix2pix");
  EXPECT_TRUE(fs::exists(scratch_ / "run/samples/step-00000009.webp"));
}

TEST_F(Training, OtherKnobsAreRefusedOnResume) {
  train(spec("run", 3), Start::kFresh);
  auto changed = spec("run", 6);
  changed.method_settings.emplace_back("l1-weight", "7");
  EXPECT_TRUE(
      contains(error_of([&] { train(changed, Start::kResume); }), "--l1-weight 100, got 7"));
  EXPECT_TRUE(contains(error_of([&] { train(spec("run", 3), Start::kFresh); }), "--resume"));
}

TEST_F(Training, ARunFromBeforeAKnobGoesOnWithItsDefault) {
  const auto saved = train(spec("run", 3), Start::kFresh).checkpoint;
  const auto checkpoint = open_checkpoint(saved);
  NamedTensors tensors;
  for (const auto& name : checkpoint.file.names()) {
    tensors.emplace_back(name, checkpoint.file.read(name));
  }
  auto older = checkpoint.info;
  std::erase_if(older.settings, [](const auto& setting) { return setting.first == "penalty"; });
  write_checkpoint(saved, older, tensors);
  auto changed = spec("run", 6);
  changed.method_settings.emplace_back("penalty", "r1");
  changed.method_settings.emplace_back("norm", "none");
  EXPECT_TRUE(contains(error_of([&] { train(changed, Start::kResume); }), "was begun with --"));
  EXPECT_EQ(train(spec("run", 6), Start::kResume).steps, 6);
}

/// A game that overflows at its learning rate.
RunSpec exploding_run(const fs::path& folder) {
  RunSpec spec;
  spec.method = "gan";
  spec.folder = folder;
  spec.method_settings = {{"width", "64"},
                          {"hidden", "6"},
                          {"lr", "1"},
                          {"objective", "wasserstein"},
                          {"penalty", "gradient"},
                          {"penalty-weight", "1000000"}};
  spec.train.batch = 16;
  spec.run.steps = 130;
  spec.run.save_every = 100;
  spec.run.validate_every = 1000;
  spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
  spec.data = find_data("8-ring", Task::kPoints, {}, {});
  return spec;
}

std::vector<Event> events_of(const fs::path& run, const std::string& kind) {
  return read_events_of(run / "events.jsonl", {kind});
}

TEST_F(Training, ARunThatExplodesGoesBackAndReachesItsEnd) {
  const auto outcome = train(exploding_run(scratch_ / "run"), Start::kFresh);
  EXPECT_EQ(outcome.steps, 130);
  const auto told = events_of(scratch_ / "run", "watchdog");
  EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const Event& event) {
    return contains(event.text, "not finite; went back to step 0, with 0.5 of the learning rate");
  }));
  int64_t before = 0;
  for (const auto& event : events_of(scratch_ / "run", "step")) EXPECT_EQ(event.step, ++before);
  EXPECT_EQ(before, 130) << "the log has each step once";
}

TEST_F(Training, ARunThatMayNotGoBackStopsAndSaysWhatToDo) {
  auto spec = exploding_run(scratch_ / "run");
  spec.run.watchdog.rollbacks = 0;
  const auto text = error_of([&] { train(spec, Start::kFresh); });
  EXPECT_TRUE(contains(text, "not finite; begin again with a smaller --lr"));
  EXPECT_TRUE(contains(text, "nothing was saved yet"));
}

TEST_F(Training, ANetworkThatIgnoresItsInputIsNoticedAndGivenUpIfNothingHelps) {
  auto run = spec("run", 4);
  run.run.validate_every = 2;
  run.run.save_every = 2;
  run.method_settings.emplace_back("lr", "0");
  const auto saved = train(run, Start::kFresh).checkpoint;
  const auto checkpoint = open_checkpoint(saved);
  NamedTensors tensors;
  for (const auto& name : checkpoint.file.names()) {
    tensors.emplace_back(name, checkpoint.file.read(name));
    if (name == "generator.up0.weight") tensors.back().second.zero_();
    if (name == "generator.up0.bias") tensors.back().second.fill_(20);
  }
  write_checkpoint(saved, checkpoint.info, tensors);
  run.run.steps = 40;
  const auto text = error_of([&] { train(run, Start::kResume); });
  EXPECT_TRUE(
      contains(text, "step 8: different images become the same one, and going back 4 times"));
  EXPECT_TRUE(contains(text, "the last good checkpoint is " + saved.string()));
  EXPECT_EQ(events_of(scratch_ / "run", "watchdog").size(), 4U) << "each step back is told";
  EXPECT_EQ(list_checkpoints(scratch_ / "run").back(), saved) << "what came after it is set aside";
}

TEST_F(Training, ADamagedCheckpointIsSetAsideForTheOneBeforeIt) {
  const auto whole = train(spec("whole", 9), Start::kFresh);
  const auto halved = train(spec("halved", 6), Start::kFresh);
  auto bytes = read_file(halved.checkpoint);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
  write_file(halved.checkpoint, bytes);
  testing::internal::CaptureStderr();
  const auto resumed = train(spec("halved", 9), Start::kResume);
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(
      contains(said, "the file was damaged; set aside as step-00000006.safetensors.damaged"));
  EXPECT_TRUE(contains(said, "resuming at step 3"));
  EXPECT_TRUE(fs::exists(halved.checkpoint.string() + ".damaged"));
  const SafetensorsFile a(whole.checkpoint), b(resumed.checkpoint);
  for (const auto& name : a.names()) {
    EXPECT_TRUE(name == "best_l1" || a.read(name).equal(b.read(name))) << name;
  }
}

TEST_F(Training, KeepsCheckpointsForGoodAndSheetsSpreadOverTheRun) {
  auto run = spec("run", 12);
  run.run.save_every = run.run.validate_every = 1;
  run.run.keep_every = 4;
  run.run.sheets = 4;
  train(run, Start::kFresh);
  std::vector<std::string> kept;
  for (const auto& path : list_checkpoints(scratch_ / "run")) kept.push_back(path.stem().string());
  EXPECT_EQ(kept, (std::vector<std::string>{"step-00000004", "step-00000008", "step-00000011",
                                            "step-00000012"}));
  const auto sheets = list_files(scratch_ / "run/samples");
  ASSERT_EQ(sheets.size(), 4U);
  EXPECT_EQ(sheets.front().stem(), "step-00000001");
  EXPECT_EQ(sheets.back().stem(), "step-00000012");
}

TEST_F(Training, EndsEarlyWhenNothingGetsBetterAndStaysEnded) {
  auto run = spec("run", 60);
  run.run.validate_every = 1;
  run.run.stop_after = 2;
  run.method_settings.emplace_back("lr", "0");  // nothing is learned
  const auto outcome = train(run, Start::kFresh);
  EXPECT_EQ(outcome.steps, 3);
  EXPECT_FALSE(outcome.was_interrupted);
  EXPECT_EQ(train(run, Start::kResume).steps, 3);
  run.run.stop_after = 0;
  run.run.steps = 5;
  EXPECT_EQ(train(run, Start::kResume).steps, 5);
}

TEST_F(Training, EachStartIsAnEventThatSaysWhatChanged) {
  train(spec("run", 3), Start::kFresh);
  train(spec("run", 6), Start::kResume);
  const auto starts = events_of(scratch_ / "run", "start");
  ASSERT_EQ(starts.size(), 2U);
  EXPECT_TRUE(contains(starts[0].text, "5 pairs"));
  EXPECT_EQ(starts[0].text.find("changed"), std::string::npos);
  EXPECT_EQ(starts[1].step, 3);
  EXPECT_TRUE(contains(starts[1].text, "changed: --steps 3 -> 6"));
}

TEST(Events, LongLogsAreReadThinnedAndCutWhereARunGoesOn) {
  const Scratch scratch;
  const auto path = scratch / "events.jsonl";
  {
    const auto log = jsonl_sink(path, 0);
    for (int64_t step = 1; step <= 1000; ++step) log({"step", step, {{"g.l1", 1.0 / step}}});
    log({"validation", 1000, {{"l1", 3}}});
  }
  const auto thinned = read_events(path, 100);
  EXPECT_LE(thinned.size(), 101U);
  EXPECT_GE(thinned.size(), 60U);
  EXPECT_EQ(thinned.back().kind, "validation");
  write_file(path, read_file(path) + R"({"kind":"step","ste)");  // cut off by a kill
  jsonl_sink(path, 500)({"start", 500, {}, "again"});
  const auto events = read_events(path);
  EXPECT_EQ(events.size(), 501U);
  EXPECT_EQ(events[499].step, 500);
  EXPECT_EQ(events.back().text, "again");
}

TEST_F(Training, AStartThatFailsLeavesItsFolderFree) {
  auto run = spec("run", 3);
  run.method = "vae";  // whose batch norm needs more than one image
  run.data = find_data(scratch_ / "data", Task::kImages, {}, {.size = 32});
  EXPECT_TRUE(contains(error_of([&] { train(run, Start::kFresh); }), "use --batch 2"));
  EXPECT_FALSE(fs::exists(scratch_ / "run"));
}

TEST_F(Training, SaysWhereWhatIsValidatedOnIsTrainedOn) {
  auto run = spec("run", 1);
  run.method = "cyclegan";
  run.method_settings = {
      {"width", "4"}, {"discriminator-width", "4"}, {"patch", "16"}, {"generator", "resnet6"}};
  run.data = find_data(scratch_ / "data/train", Task::kDomains,
                       {{"data-b", (scratch_ / "data/val").string()}}, {.size = 32});
  testing::internal::CaptureStderr();
  train(run, Start::kFresh);
  EXPECT_TRUE(contains(testing::internal::GetCapturedStderr(), "are the training images"));
}

TEST_F(Training, ARunIsOneProcessesAtATime) {
  make_folders(scratch_ / "run");
  {
    const RunLock mine(scratch_ / "run");
    EXPECT_TRUE(contains(error_of([&] { train(spec("run", 1), Start::kFresh); }),
                         "another ganvas is at work on this run"));
  }
  EXPECT_EQ(error_of([&] { train(spec("run", 1), Start::kFresh); }), "") << "let go of";
}

TEST_F(Training, AFinishedRunSaysSoAndOtherDataAreTold) {
  train(spec("run", 2), Start::kFresh);
  testing::internal::CaptureStderr();
  const auto outcome = train(spec("run", 2), Start::kResume);
  EXPECT_TRUE(contains(testing::internal::GetCapturedStderr(), "has finished at step 2"));
  EXPECT_FALSE(outcome.was_interrupted);
  write_pairs(scratch_ / "data/train", 7, 40);
  testing::internal::CaptureStderr();
  train(spec("run", 3), Start::kResume);
  EXPECT_TRUE(
      contains(testing::internal::GetCapturedStderr(), "others than before: 5 and 5 pairs"));
}

TEST_F(Training, AnErrorBetweenTwoStepsSavesTheState) {
  const Sink fails = [](const Event& event) {
    if (event.step == 5 && event.kind == "step") throw Error("the disk is gone");
  };
  EXPECT_TRUE(contains(error_of([&] { train(spec("run", 9), Start::kFresh, {fails}); }),
                       "the disk is gone"));
  EXPECT_EQ(list_checkpoints(scratch_ / "run").back().filename(), "step-00000005.safetensors");
}

TEST_F(Training, ABrokenValidationImageIsPassedOver) {
  write_file(scratch_ / "data/val/broken.png", "no image");
  testing::internal::CaptureStderr();
  train(spec("run", 3), Start::kFresh);
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(contains(said, "validation on 2 pairs"));
  EXPECT_TRUE(contains(said, "validation: " + (scratch_ / "data/val/broken.png").string()));
  EXPECT_TRUE(contains(said, "validation at step 2:  l1"));
}

TEST_F(Training, AStateThatIsNotFiniteIsNeverSaved) {
  train(spec("run", 3), Start::kFresh);
  const auto saved = list_checkpoints(scratch_ / "run").back();
  const auto checkpoint = open_checkpoint(saved);
  NamedTensors tensors;
  for (const auto& name : checkpoint.file.names()) {
    tensors.emplace_back(name, checkpoint.file.read(name));
    // Of an optimizer, whose steps stay finite all the same.
    if (name.find("square") != std::string::npos) tensors.back().second.fill_(INFINITY);
  }
  write_checkpoint(saved, checkpoint.info, tensors);
  EXPECT_TRUE(contains(error_of([&] { train(spec("run", 6), Start::kResume); }), "not finite"));
  EXPECT_EQ(list_checkpoints(scratch_ / "run").size(), 1U) << "none of them was written";
}

TEST_F(Training, BatchesDoNotDependOnTheWorkers) {
  auto run = spec("run", 1);
  run.data.settings.emplace_back("load-size",
                                 "40");  // as stored: resizing would round both sides to levels
  const auto data = run.data.open(Split::kTrain, View::kAugmented);
  Loader one(*data, {3, 1, 5, 0}), four(*data, {3, 4, 5, 0}), later(*data, {3, 2, 5, 2});
  for (int n = 0; n < 4; ++n) {
    const auto a = one.next().batch, b = four.next().batch;
    EXPECT_TRUE(a.a.equal(b.a) && a.b.equal(b.b)) << "batch " << n;
    EXPECT_TRUE(close(a.a, -a.b, {1.0 / 127, 0})) << "crop and flip must be the same on both sides";
    EXPECT_TRUE(n < 2 || later.next().batch.a.equal(a.a)) << "batch " << n;
  }
}

TEST_F(Training, ABrokenFileIsPassedOverAndReported) {
  write_file(scratch_ / "data/train/broken.png", "no image");
  const auto run = spec("run", 1);
  const auto data = run.data.open(Split::kTrain, View::kAugmented);
  Loader loader(*data, {6, 2, 5, 0});
  const auto loaded = loader.next();
  ASSERT_EQ(loaded.skipped.size(), 1U);
  EXPECT_TRUE(contains(loaded.skipped[0], "broken.png"));
  EXPECT_EQ(loaded.batch.a.size(0), 6);
}

TEST_F(Training, UnfitFoldersAreRefused) {
  const auto open = [&](const fs::path& folder, const std::string& layout) {
    return error_of([&] {
      find_data(folder, Task::kPairs, {{"layout", layout}}, {}).open(Split::kTrain, View::kPlain);
    });
  };
  EXPECT_TRUE(contains(open(scratch_ / "none", "side-by-side"), "no such folder"));
  make_folders(scratch_ / "empty");
  EXPECT_TRUE(contains(open(scratch_ / "empty", "side-by-side"), "has no image files"));
  EXPECT_TRUE(contains(open(scratch_ / "empty", "folders"), "trainA"));
}

}  // namespace
}  // namespace ganvas
