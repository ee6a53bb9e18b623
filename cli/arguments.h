// The flags and inputs of a subcommand, and its help.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganvas/core/config.h"

namespace CLI {
class App;  // CLI11 is slow to read, and arguments.cpp alone needs it
}

namespace ganvas {

inline constexpr auto kFilesGroup = "Files", kMachineGroup = "Machine";

/// What a subcommand takes. `names` are as "--model", "-o,--out", or, without dashes, what the words
/// that follow no flag are. The values are filled by parse() and must outlive it.
class Arguments {
 public:
  /// name: "ganvas train", which begins its messages
  Arguments(const std::string& about, const std::string& name);
  ~Arguments();

  /// A value, or words, without which parse() throws.
  void require(const std::string& names, std::string& value, const std::string& help);
  void require(const std::string& names, std::vector<std::string>& words, const std::string& help);

  /// One that may be left out; the help shows what it is then. A flag of several words is given again
  /// for each.
  void take(const std::string& names, std::string& value, const std::string& help);
  void take(const std::string& names, std::vector<std::string>& words, const std::string& help);
  void take(const std::string& names, bool& is_given, const std::string& help);

  /// A flag that may be followed by a value: empty if it was given without.
  void take(const std::string& names, std::optional<std::string>& value, const std::string& help);

  /// A flag that may be followed by one of some words; alone it means the first of them.
  void take_word(const std::string& names, std::string& word, const std::vector<std::string>& words,
                 const std::string& help);

  /// A flag for each knob, under a title of the help, or not in it where the title is empty; those that
  /// are given are appended to `given`.
  void take(const std::vector<Knob>& knobs, Settings& given, const std::string& group = "Options");

  /// Returns false if help was asked for, and printed. Throws UsageError, naming the nearest flag, on
  /// what is not known.
  bool parse(const std::vector<std::string>& arguments);

 private:
  std::unique_ptr<CLI::App> app_;
};

/// The value behind `flag` among the arguments, empty if it is not there: for what must be known
/// before the flags can be declared.
std::string peek(const std::vector<std::string>& arguments, const std::string& flag);

/// The same of a flag that Arguments::take_word() takes.
std::string peek_word(const std::vector<std::string>& arguments, const std::string& flag,
                      const std::vector<std::string>& words);

}  // namespace ganvas
