// The ganvas program: finds the subcommand, and answers every error with one line.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include <unistd.h>

#include "cli/command.h"
#include "cli/generate.h"
#include "cli/other_tools.h"
#include "ganvas/core/log.h"
#include "ganvas/core/version.h"
#include "ganvas/world/place.h"

namespace ganvas {
namespace {

constexpr Command kCommands[] = {
#define COMMAND(name, summary, processes) {#name, summary, Processes::processes, run_##name},
    GANVAS_COMMANDS(COMMAND)
#undef COMMAND
};

void print_help() {
  std::cout << "ganvas " << kVersion << ": trains and runs generative image models\n\n"
            << "  ganvas COMMAND [OPTIONS]     ganvas help COMMAND says more\n\n";
  for (const auto& command : kCommands) std::printf("  %-10s %s\n", command.name, command.summary);
  std::cout << "\n  ganvas --generate bash|man   completion for a shell, manual page\n"
               "\nRestored and translated pixels are invented by a model: plausible, not true.\n";
}

/// Threads of an operation that wait for each other spin for milliseconds by default, and where other
/// programs want the cores a step takes twenty times as long. OpenMP reads this when it is loaded, which
/// is before main(); what setenv() adds before that, libc forgets when it is loaded itself. So the variable
/// takes the place of one that shells set for themselves, or the program begins again with it.
void wait_briefly(int, char** arguments, char** environment) {
  static char spins[] = "GOMP_SPINCOUNT=3000";  // fewer and idle machines are slower too
  const auto find = [&](std::string_view name) {
    auto** at = environment;
    while (*at != nullptr && std::strncmp(*at, name.data(), name.size()) != 0) ++at;
    return at;
  };
  for (const auto* asked : {"OMP_WAIT_POLICY=", "GOMP_SPINCOUNT="}) {
    if (*find(asked) != nullptr) return;
  }
  for (const auto* unused : {"_=", "OLDPWD=", "SHLVL=", "LS_COLORS="}) {
    if (auto** at = find(unused); *at != nullptr) {
      *at = spins;
      return;
    }
  }
  static std::array<char*, 1024> more{};
  size_t count = 0;
  for (auto** at = environment; *at != nullptr; ++at) {
    if (count + 2 == more.size()) return;
    more[count++] = *at;
  }
  more[count] = spins;
  execve("/proc/self/exe", arguments, more.data());  // comes back if it cannot
}

[[gnu::section(".preinit_array"),
  gnu::used]] void (*const kBeforeLibraries)(int, char**, char**) = &wait_briefly;

/// True, and said, in all but the first of several processes where they do not share the work.
bool is_for_another(const Command& command) {
  if (command.processes == Processes::kMany) return false;
  const auto place = place_of_environment();
  if (place.rank == 0) return false;
  note(c10::str(
      "rank ", place.rank, " of ", place.size, ": ganvas ", command.name,
      " is done by rank 0 alone (as RANK and WORLD_SIZE, or Slurm's variables, number the processes)"));
  return true;
}

int run(const std::vector<std::string>& arguments) {
  const bool asks_for_help = !arguments.empty() && (arguments[0] == "--help" ||
                                                    arguments[0] == "-h" || arguments[0] == "help");
  const bool names_command =
      arguments.size() > 1 && arguments[1][0] != '-' && arguments[1] != "help";
  if (asks_for_help && names_command) {  // ganvas help train --method pix2pix
    auto asked = std::vector<std::string>(arguments.begin() + 1, arguments.end());
    asked.emplace_back("--help");
    return run(asked);
  }
  if (arguments.empty() || asks_for_help) {
    print_help();
    return arguments.empty() ? kWrongUsage : kDone;
  }
  if (arguments[0] == "--version") {
    std::cout << kVersion << "\n";
    return kDone;
  }
  if (arguments[0] == "--generate") {
    generate(arguments.size() > 1 ? arguments[1] : "", kCommands);
    return kDone;
  }
  if (arguments[0] == "--list-commands") {  // for completion
    for (const auto& command : kCommands) std::cout << command.name << "\n";
    return kDone;
  }
  std::vector<std::string> names;
  for (const auto& command : kCommands) {
    if (arguments[0] == command.name) {
      return is_for_another(command) ? kDone
                                     : command.run({arguments.begin() + 1, arguments.end()});
    }
    names.emplace_back(command.name);
  }
  const auto known = answer_to_command(arguments[0]);
  const auto near = did_you_mean(arguments[0], names);
  throw UsageError(c10::str("got the unknown command '", arguments[0], "'",
                            !known.empty() ? "; here: " + known + "."
                            : near.empty() ? "."
                                           : near,
                            " See ganvas --help"));
}

}  // namespace
}  // namespace ganvas

int main(int argc, char** argv) {
  try {
    const int code = ganvas::run({argv + 1, argv + argc});
    std::cout.flush();
    if (std::fflush(stdout) == 0 && std::cout.good()) return code;
    ganvas::tell_end("ganvas: what was to be printed could not be written to its end");
  } catch (const ganvas::UsageError& error) {
    ganvas::tell_end(std::string("ganvas: ") + error.what());
    return ganvas::kWrongUsage;
  } catch (const std::bad_alloc&) {
    ganvas::tell_end("ganvas: out of memory; use smaller images or a smaller --batch");
  } catch (const std::exception& error) {
    ganvas::tell_end("ganvas: " + ganvas::first_line(error.what()));
  }
  return ganvas::kFailed;
}
