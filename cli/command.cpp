// What the subcommands share.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <cstdio>
#include <iostream>

namespace ganvas {
namespace {

/// Every flag an app knows, with its dashes.
std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    for (const auto& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

}  // namespace

void add_knobs(CLI::App& app, const std::vector<Knob>& knobs, Settings& given) {
  for (const auto& knob : knobs) {
    const auto take = [&given, name = knob.name](const std::string& text) {
      given.emplace_back(name, text);
    };
    app.add_option_function<std::string>("--" + knob.name, take, knob.help)
        ->type_name(accepted_values(knob))
        ->default_str(knob.value)
        ->take_last();
  }
}

bool parse(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return false;
  } catch (const CLI::ExtrasError&) {
    const auto flags = flags_of(app);
    for (const auto& argument : app.remaining()) {
      const auto flag = argument.substr(0, argument.find('='));
      require_usage(false, "got the unknown option '", flag, "'", did_you_mean(flag, flags),
                    " See ", app.get_name(), " --help");
    }
    throw;
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + "; see " + app.get_name() + " --help");
  }
}

std::string peek(const std::vector<std::string>& arguments, const std::string& flag) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].rfind(flag + "=", 0) == 0) return arguments[i].substr(flag.size() + 1);
  }
  return "";
}

void print_table(const std::vector<std::vector<std::string>>& lines) {
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      const int width = static_cast<int>(widths[i]);
      std::printf(i == 0 ? "%-*s" : "  %*s", width, line[i].c_str());
    }
    std::printf("\n");
  }
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace ganvas
