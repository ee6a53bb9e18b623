// A run's events for TensorBoard.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/train/events.h"
#include "ganvas/train/run_spec.h"

namespace ganvas {

/// Writes what happens in a run as TensorBoard reads it, into its folder: losses and figures as curves, sheets of
/// samples as images, knobs and what went wrong as texts. Each start makes a file of its own, which says from which
/// step on the earlier ones do not count: a run that was stopped and gone on with is one curve.
/// A file that cannot be written is told once; the run goes on without it.
Sink tensorboard_sink(const RunSpec& spec);

}  // namespace ganvas
