// What a system keeps of the program beside itself.
// SPDX-License-Identifier: Apache-2.0
#include "cli/generate.h"

#include <iostream>
#include <sstream>

#include "ganvas/core/version.h"

namespace ganvas {
namespace {

/// Asks the program itself, so that it never names a flag that is none.
constexpr auto kBash =
    R"(# Completion of ganvas for bash; zsh takes it after: autoload bashcompinit && bashcompinit
_ganvas() {
  local word=${COMP_WORDS[COMP_CWORD]} words
  if ((COMP_CWORD == 1)); then
    words=$(ganvas --list-commands)
  elif [[ $word == -* ]]; then
    words=$(ganvas "${COMP_WORDS[1]}" --list-flags "${COMP_WORDS[@]:2:COMP_CWORD-2}" 2>/dev/null)
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _ganvas ganvas
)";

/// The help that a command prints.
std::string help_of(const Command& command) {
  std::ostringstream text;
  // Given back whatever happens: a buffer that is gone would be written to at the end.
  struct Console {
    std::streambuf* buffer;
    ~Console() { std::cout.rdbuf(buffer); }
  } const console{std::cout.rdbuf(text.rdbuf())};
  command.run({"--help"});
  return text.str();
}

/// Lines as troff takes them literally.
std::string literal(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && (line[0] == '.' || line[0] == '\'')) out += "\\&";
    for (const char c : line) {
      if (c == '\\') {
        out += "\\e";
      } else if (c == '-') {
        out += "\\-";
      } else {
        out += c;
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace

void generate(const std::string& what, std::span<const Command> commands) {
  require_usage(what == "bash" || what == "man", "--generate: got '", what,
                "', expected bash or man");
  if (what == "bash") {
    std::cout << kBash;
    return;
  }
  std::cout << ".TH GANVAS 1 \"\" \"ganvas " << kVersion << "\"\n.SH NAME\n"
            << "ganvas \\- trains and runs generative image models\n.SH SYNOPSIS\n"
            << ".B ganvas\nCOMMAND [OPTIONS]\n";
  for (const auto& command : commands) {
    std::cout << ".SH " << command.name << "\n.nf\n" << literal(help_of(command)) << ".fi\n";
  }
}

}  // namespace ganvas
