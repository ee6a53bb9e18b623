// Everything that a run is made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/tasks/task.h"
#include "ganvas/train/schedule.h"
#include "ganvas/train/watchdog.h"

namespace ganvas {

/// Knobs that decide what the weights become. They cannot change when a run is resumed.
struct TrainConfig {
  int64_t batch = 1;
  int64_t accumulate = 1;
  int64_t seed = 0;
  ScheduleConfig schedule;
  double ema = 0;
  bool sync_norm = true;
  std::string init_from = "none";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("batch", batch, "pairs a step, of all processes together", Range{1, 65536});
    v("accumulate", accumulate,
      "parts that a step's batch is computed in, one after the other, in the memory of one; the same "
      "as the whole batch but for batch statistics, which are a part's",
      Range{1, 4096});
    v("seed", seed, "of weights, order, crops and noise", Range{0, 1e15});
    schedule.visit(v);
    v("ema", ema, "decay of an average of the weights, which translate then uses; 0 is none",
      Range{0, 0.99999});
    v("sync-norm", sync_norm,
      "of several processes: take batch statistics over all samples of a step, not over those of each process");
    v("init-from", init_from,
      "run or checkpoint whose weights the networks of equal names and shapes begin with; or a .pth of junyanz's "
      "programs, or their folder of checkpoints");
  }
};

/// Knobs of how a run is carried out. They may change from one start to the next.
struct RunConfig {
  int64_t epochs = 200;
  int64_t steps = 0;
  int64_t save_every = 0;
  int64_t validate_every = 0;
  int64_t keep = 2;
  int64_t keep_every = 0;
  int64_t sheets = 100;
  int64_t stop_after = 0;
  int64_t workers = 2;
  InnerMaps inner_maps = InnerMaps::kKept;
  bool tensorboard = false;
  WatchdogConfig watchdog;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("epochs", epochs, "length of the run in passes over the data", Range{1, 1e9});
    v("steps", steps, "length of the run in steps; 0 goes by --epochs", Range{0, 1e12});
    v("save-every", save_every, "steps between checkpoints; 0 is an epoch, at least 200 steps",
      Range{0, 1e12});
    v("validate-every", validate_every, "steps between validations; 0 is as often as checkpoints",
      Range{0, 1e12});
    v("keep", keep, "newest checkpoints to keep, besides the best", Range{1, 1e6});
    v("keep-every", keep_every, "keep those of each so many steps for good; 0 keeps none",
      Range{0, 1e12});
    v("sheets", sheets, "sheets of samples to keep, spread over the run", Range{2, 1e6});
    v("stop-after", stop_after,
      "validations in a row without a better score that end the run early; 0 never does",
      Range{0, 1e6});
    v("workers", workers, "threads that load and prepare data", Range{1, 64});
    v("inner-maps", inner_maps,
      "what generators make inside a pass: kept until the gradient is taken, or recomputed then, a third more time "
      "for the memory of one pass where a step has several",
      Choices{"kept", "recomputed"});
    v("tensorboard", tensorboard, "write what happens for TensorBoard too, into the run's folder");
    watchdog.visit(v);
  }
};

/// Everything that a run is made of: what config.json and the checkpoints hold.
struct RunSpec {
  std::string method;
  Data data;
  std::filesystem::path folder;
  Settings method_settings;
  TrainConfig train;
  RunConfig run;
  MachineConfig machine;

  /// Every knob with its value, the method's included, in the order of a config file.
  std::vector<Knob> knobs() const;
};

}  // namespace ganvas
