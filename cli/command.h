// What every subcommand is, and what they share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "ganvas/core/device.h"

namespace ganvas {

inline constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130;

/// One subcommand: `run` gets what stands behind its name and returns the exit code.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

/// One row per subcommand. Row `x` is the function run_x() of cli/x.cpp.
#define GANVAS_COMMANDS(ROW)                                                                    \
  ROW(demo, "restore pixelated photographs with what a short training learns; writes a report") \
  ROW(methods, "list what can be trained, and the knobs of a method")                           \
  ROW(doctor, "look into a folder of data before learning from it")                             \
  ROW(plan, "say what a training will take: memory, time, disk")                                \
  ROW(train, "train a method on a folder of images")                                            \
  ROW(translate, "put images through a trained model")                                          \
  ROW(upscale, "enlarge images of any size, by default with the model that comes along")        \
  ROW(restore, "find mosaics in images and restore them, each cell held to its mean")           \
  ROW(mosaic, "pixelate parts of images: to hide them, or for training pairs")                  \
  ROW(cam, "show where in images a classifier saw a class")                                     \
  ROW(sample, "make images or points from noise with a trained model")                          \
  ROW(morph, "draw what lies between images, or noise, in a model's codes")                     \
  ROW(eval, "measure a trained model on images that it has not seen")                           \
  ROW(density, "draw numbers that follow an expression, a table or an image")                   \
  ROW(report, "one page about runs: figures, images, losses")                                   \
  ROW(serve, "a site on this machine: trainings to watch, a playground, a lab")                 \
  ROW(import, "make a run of a training of another program")                                    \
  ROW(export, "write a trained model without the state of its training")                        \
  ROW(inspect, "say what is in a checkpoint or another safetensors file")                       \
  ROW(selftest, "try out whether ganvas works on this machine; a report for bug reports")

#define GANVAS_DECLARE_COMMAND(name, summary) int run_##name(const std::vector<std::string>&);
GANVAS_COMMANDS(GANVAS_DECLARE_COMMAND)
#undef GANVAS_DECLARE_COMMAND

/// The machine for putting images through a model; one of several processes takes its share of it.
///   given: with the knobs of the machine
Machine machine_of(const Settings& given);

/// Prints a table on standard output, columns aligned.
void print_table(const std::vector<std::vector<std::string>>& lines);

/// A message as one line: what torch throws carries a stack trace behind its first.
std::string first_line(const std::string& text);

}  // namespace ganvas
