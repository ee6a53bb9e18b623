// What every subcommand is, and what they share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"

namespace ganvas {

inline constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130;

/// One subcommand: `run` gets what stands behind its name and returns the exit code.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int run_train(const std::vector<std::string>& arguments);
int run_translate(const std::vector<std::string>& arguments);
int run_upscale(const std::vector<std::string>& arguments);
int run_restore(const std::vector<std::string>& arguments);
int run_mosaic(const std::vector<std::string>& arguments);
int run_cam(const std::vector<std::string>& arguments);
int run_sample(const std::vector<std::string>& arguments);
int run_density(const std::vector<std::string>& arguments);
int run_eval(const std::vector<std::string>& arguments);
int run_inspect(const std::vector<std::string>& arguments);
int run_export(const std::vector<std::string>& arguments);
int run_morph(const std::vector<std::string>& arguments);
int run_methods(const std::vector<std::string>& arguments);
int run_report(const std::vector<std::string>& arguments);
int run_demo(const std::vector<std::string>& arguments);

/// Prints a table on standard output, columns aligned.
void print_table(const std::vector<std::vector<std::string>>& lines);

/// A message as one line: what torch throws carries a stack trace behind its first.
std::string first_line(const std::string& text);

}  // namespace ganvas
