// ganvas methods
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <sstream>

#include "cli/command.h"
#include "ganvas/methods/method.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

void print_markdown(const MethodEntry& row) {
  std::printf("## %s\n\n%s%s%s\n\n| knob | default | values | what it is |\n|---|---|---|---|\n",
              row.name.c_str(), row.summary.c_str(), row.paper.empty() ? "" : " · ",
              row.paper.c_str());
  for (const auto& knob : row.knobs) {
    auto values = accepted_values(knob);
    for (size_t at = 0; (at = values.find('|', at)) != std::string::npos; at += 2)
      values.insert(at, 1, '\\');
    std::printf("| `--%s` | %s | %s | %s |\n", knob.name.c_str(), knob.value.c_str(),
                values.c_str(), knob.help.c_str());
  }
  std::printf("\n");
}

/// The table of the README: what learns from what.
void print_table_of_methods() {
  std::printf("| method | learns from | what it is |\n|---|---|---|\n");
  for (const auto& row : methods()) {
    std::string data;
    for (const auto& task : tasks()) {
      if (task.serves == row.task) data += (data.empty() ? "" : ", ") + task.name;
    }
    std::printf("| `%s` | %s | %s%s%s |\n", row.name.c_str(), data.c_str(), row.summary.c_str(),
                row.paper.empty() ? "" : "; ", row.paper.c_str());
  }
}

constexpr size_t kColumns = 80;

/// Prints words in lines of at most kColumns, `indent` spaces before all but the first.
void print_wrapped(const std::string& text, size_t column, size_t indent) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column + 1 + word.size() > kColumns) {
      std::printf("\n%*s", static_cast<int>(indent), "");
      column = indent;
    }
    std::printf(" %s", word.c_str());
    column += 1 + word.size();
  }
  std::printf("\n");
}

}  // namespace

int run_methods(const std::vector<std::string>& arguments) {
  Arguments expected("Lists what can be trained, and the knobs of a method.", "ganvas methods");
  std::string name;
  bool is_markdown = false, is_table = false;
  expected.take("name", name, "a method");
  expected.take("--markdown", is_markdown, "write the page docs/methods.md");
  expected.take("--table", is_table, "write the table of README.md");
  if (!expected.parse(arguments)) return kDone;

  if (is_table) {
    print_table_of_methods();
  } else if (is_markdown) {
    std::printf("# Methods\n\nWritten by `ganvas methods --markdown`.\n\n");
    for (const auto& row : methods()) print_markdown(row);
  } else if (name.empty()) {
    for (const auto& row : methods()) {
      std::printf("%-12s", row.name.c_str());
      print_wrapped(row.summary + (row.paper.empty() ? "" : " (" + row.paper + ")"), 12, 12);
    }
  } else {
    const auto& row = find_method(name);
    std::printf("%s:", row.name.c_str());
    print_wrapped(row.summary + (row.paper.empty() ? "" : " (" + row.paper + ")"),
                  row.name.size() + 1, 4);
    for (const auto& knob : row.knobs) {
      std::printf("\n  --%s", knob.name.c_str());
      print_wrapped(c10::str("[", accepted_values(knob), "; default ", knob.value, "]"),
                    4 + knob.name.size(), 6);
      std::printf("     ");
      print_wrapped(knob.help, 5, 5);
    }
  }
  return kDone;
}

}  // namespace ganvas
