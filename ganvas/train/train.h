// The training loop: steps, schedule, validation, checkpoints, resume.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "ganvas/train/events.h"
#include "ganvas/train/run_spec.h"
#include "ganvas/world/world.h"

namespace ganvas {

struct TrainOutcome {
  int64_t steps = 0;                 // finished, of the whole run
  bool was_interrupted = false;      // stopped by Ctrl-C; the state is saved
  std::filesystem::path checkpoint;  // the newest
};

/// Whether a folder that holds a run already is an error, or where to go on.
enum class Start { kFresh, kResume };

/// Trains. Writes config.json, events.jsonl, samples and checkpoints into the run's folder.
///
/// On the CPU with a fixed number of threads the weights are byte-identical however often the run
/// was stopped and resumed, kill -9 included. A run that goes wrong goes back (train/watchdog.h). Throws Error if
/// that does not help, naming the last checkpoint; if kFresh meets a run; if kResume meets other knobs than
/// the run was begun with.
TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks = {});

/// The same by several processes, each of which calls it and computes its part of each batch; the first of them has the
/// files, the sinks and the messages. How many they are may change from one start to the next.
///   Throws Error in one of them, or in all; who catches one ends the others by World::fail()
TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks,
                   World& world);

/// Begins a run and saves it before its first step: what --init-from brings is a model at once.
///   returns: its checkpoint;  Throws Error as train()
std::filesystem::path begin_run(const RunSpec& spec);

}  // namespace ganvas
