// The flags and inputs of a subcommand, and its help, by CLI11.
// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/other_tools.h"
#include "ganvas/core/files.h"
#include "ganvas/core/renames.h"

namespace ganvas {
namespace {

/// Every flag an app knows, with its dashes.
std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

bool is_switch(const CLI::App& app, const std::string& flag) {
  const auto* option = app.get_option_no_throw(flag);
  const auto values = option == nullptr ? "" : option->get_type_name();
  return values == "on|off" || values == "auto|on|off";
}

bool is_switch_value(const std::string& text) {
  static const std::vector<std::string> values = {"on",  "off", "auto", "true", "false",
                                                  "yes", "no",  "1",    "0"};
  return std::find(values.begin(), values.end(), text) != values.end();
}

/// Switches with their value in one word: "--doubt", "--doubt on" and "--no-doubt" are all taken.
std::vector<std::string> with_whole_switches(const CLI::App& app,
                                             const std::vector<std::string>& arguments) {
  std::vector<std::string> whole;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const bool has_value = i + 1 < arguments.size() && is_switch_value(arguments[i + 1]);
    const auto denied = argument.rfind("--no-", 0) == 0 ? "--" + argument.substr(5) : "";
    if (is_switch(app, argument)) {
      whole.push_back(argument + "=" + (has_value ? arguments[++i] : "on"));
    } else if (!denied.empty() && is_switch(app, denied)) {
      whole.push_back(denied + "=off");
    } else {
      whole.push_back(argument);
    }
  }
  return whole;
}

/// Flags that had another name once, with theirs of today.
std::vector<std::string> with_flags_of_today(const CLI::App& app,
                                             const std::vector<std::string>& arguments) {
  const auto is_known = [&app](const std::string& name) {
    return app.get_option_no_throw("--" + name) != nullptr;
  };
  auto all = arguments;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].rfind("--", 0) != 0) continue;
    const auto equals = all[i].find('=');
    const bool has_value = equals != std::string::npos;
    const auto name = all[i].substr(2, has_value ? equals - 2 : equals);
    if (is_known(name)) continue;
    const bool is_followed = !has_value && i + 1 < all.size();
    const auto value = has_value ? all[i].substr(equals + 1) : is_followed ? all[i + 1] : "";
    const auto denied = name.rfind("no-", 0) == 0 ? setting_today(name.substr(3), "").first : "";
    if (!denied.empty() && !is_known(name.substr(3)) && is_known(denied)) {
      all[i] = "--no-" + denied;
      continue;
    }
    const auto [now, word] = setting_today(name, value);
    if (now == name || !is_known(now)) continue;
    all[i] = "--" + now + (has_value ? "=" + word : "");
    if (is_followed) all[i + 1] = word;
  }
  return all;
}

/// What to say of a flag that is none.
std::string hint_for(const std::string& flag, const CLI::App& app) {
  // A name that is ours up to its spelling needs no table.
  auto spelt = flag;
  std::replace(spelt.begin(), spelt.end(), '_', '-');
  if (app.get_option_no_throw(spelt) != nullptr) return "; did you mean " + spelt + "?";
  const auto answer = answer_to_flag(flag);
  const auto first = answer.substr(0, answer.find(' '));
  const bool is_of_app = first.rfind("--", 0) != 0 || app.get_option_no_throw(first) != nullptr;
  if (!answer.empty() && is_of_app) return "; here: " + answer + ".";
  const auto near = did_you_mean(flag, flags_of(app));
  return near.empty() ? "." : near;
}

}  // namespace

Arguments::Arguments(const std::string& about, const std::string& name)
    : app_(std::make_unique<CLI::App>(about, name)) {}

Arguments::~Arguments() = default;

void Arguments::require(const std::string& names, std::string& value, const std::string& help) {
  app_->add_option(names, value, help)->required();
}

void Arguments::require(const std::string& names, std::vector<std::string>& words,
                        const std::string& help) {
  app_->add_option(names, words, help)->required();
}

void Arguments::take(const std::string& names, std::string& value, const std::string& help) {
  app_->add_option(names, value, help)->capture_default_str();
}

void Arguments::take(const std::string& names, std::vector<std::string>& words,
                     const std::string& help) {
  auto* option = app_->add_option(names, words, help);
  if (!option->get_positional()) option->allow_extra_args(false);
}

void Arguments::take(const std::string& names, bool& is_given, const std::string& help) {
  app_->add_flag(names, is_given, help);
}

void Arguments::take(const std::string& names, std::optional<std::string>& value,
                     const std::string& help) {
  const auto keep = [&value](const std::vector<std::string>& words) {
    value = words.empty() ? "" : words[0];
  };
  app_->add_option_function<std::vector<std::string>>(names, keep, help)
      ->expected(0, 1)
      ->type_name("[FOLDER]");
}

void Arguments::take_word(const std::string& names, std::string& word,
                          const std::vector<std::string>& words, const std::string& help) {
  const std::string all = c10::str(c10::Join("|", words));
  app_->add_option(names, word, help)->expected(0, 1)->type_name(all)->check(CLI::IsMember(words));
}

void Arguments::take(const std::vector<Knob>& knobs, Settings& given, const std::string& group) {
  for (const auto& knob : knobs) {
    const auto keep = [&given, name = knob.name](const std::string& text) {
      given.emplace_back(name, text);
    };
    app_->add_option_function<std::string>("--" + knob.name, keep, knob.help)
        ->type_name(accepted_values(knob))
        ->default_str(knob.value)
        ->group(group)
        ->take_last();
  }
}

bool Arguments::parse(const std::vector<std::string>& arguments) {
  auto& app = *app_;
  if (std::find(arguments.begin(), arguments.end(), "--list-flags") != arguments.end()) {
    for (const auto& flag : flags_of(app)) std::cout << flag << "\n";  // for completion
    return false;
  }
  for (const auto& argument : arguments) {
    std::error_code no_name;  // of a file, where it is too long
    const bool is_file =
        argument.size() > 1 && argument[0] == '-' && fs::is_regular_file(argument, no_name);
    require_usage(!is_file, "got the file '", argument, "', which is taken for a flag; write ./",
                  argument);
  }
  try {
    const auto whole = with_whole_switches(app, with_flags_of_today(app, arguments));
    app.parse(std::vector<std::string>(whole.rbegin(), whole.rend()));
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return false;
  } catch (const CLI::ExtrasError&) {
    for (const auto& argument : app.remaining()) {
      const auto flag = argument.substr(0, argument.find('='));
      const bool is_flag = flag.rfind('-', 0) == 0;
      require_usage(is_flag, "got '", flag, "', which no input or flag takes. See ", app.get_name(),
                    " --help");
      require_usage(false, "got the unknown option '", flag, "'", hint_for(flag, app), " See ",
                    app.get_name(), " --help");
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

std::string peek_word(const std::vector<std::string>& arguments, const std::string& flag,
                      const std::vector<std::string>& words) {
  const bool is_there = std::any_of(arguments.begin(), arguments.end(), [&](const auto& argument) {
    return argument == flag || argument.rfind(flag + "=", 0) == 0;
  });
  if (!is_there) return "";
  const auto value = peek(arguments, flag);
  const bool is_word = std::find(words.begin(), words.end(), value) != words.end();
  return is_word ? value : words[0];
}

}  // namespace ganvas
