// What every subcommand is, and what they share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "ganvas/core/device.h"

namespace ganvas {

inline constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130;

/// Whether several processes that were begun together (world/place.h) share a command's work, or the first does it.
enum class Processes { kOne, kMany };

/// One subcommand: `run` gets what stands behind its name and returns the exit code.
struct Command {
  const char* name;
  const char* summary;
  Processes processes;
  int (*run)(const std::vector<std::string>& arguments);
};

/// One row per subcommand. Row `x` is the function run_x() of cli/x.cpp.
#define GANVAS_COMMANDS(ROW)                                                                    \
  ROW(demo, "restore pixelated photographs with what a short training learns; writes a report", \
      kOne)                                                                                     \
  ROW(methods, "list what can be trained, and the knobs of a method", kOne)                     \
  ROW(doctor, "look into a folder of data before learning from it", kOne)                       \
  ROW(plan, "say what a training will take: memory, time, disk", kOne)                          \
  ROW(train, "train a method on a folder of images", kMany)                                     \
  ROW(translate, "put images through a trained model", kMany)                                   \
  ROW(upscale, "enlarge images of any size, by default with the model that comes along", kMany) \
  ROW(restore, "find mosaics in images and restore them, each cell held to its mean", kMany)    \
  ROW(mosaic, "pixelate parts of images: to hide them, or for training pairs", kMany)           \
  ROW(cam, "show where in images a classifier saw a class", kOne)                               \
  ROW(sample, "make images or points from noise with a trained model", kOne)                    \
  ROW(morph, "draw what lies between images, or noise, in a model's codes", kOne)               \
  ROW(eval, "measure a trained model on images that it has not seen", kOne)                     \
  ROW(compare, "measure images beside others: two folders, or two files", kOne)                 \
  ROW(density, "draw numbers that follow an expression, a table or an image", kOne)             \
  ROW(report, "one page about runs: figures, images, losses", kOne)                             \
  ROW(serve, "a site on this machine: trainings to watch, a playground, a lab", kOne)           \
  ROW(import, "make a run of a training of another program", kOne)                              \
  ROW(export, "write a trained model without the state of its training", kOne)                  \
  ROW(inspect, "say what is in a checkpoint or another safetensors file", kOne)                 \
  ROW(selftest, "try out whether ganvas works on this machine; a report for bug reports", kOne)

#define GANVAS_DECLARE_COMMAND(name, summary, processes) \
  int run_##name(const std::vector<std::string>&);
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
