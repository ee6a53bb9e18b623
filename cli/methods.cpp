// ganvas methods
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/methods/method.h"

namespace ganvas {
namespace {

void print_markdown(const MethodEntry& row) {
  std::printf("## %s\n\n%s%s%s\n\n| knob | default | values | what it is |\n|---|---|---|---|\n",
              row.name.c_str(), row.summary.c_str(), row.paper.empty() ? "" : " · ",
              row.paper.c_str());
  for (const auto& knob : row.knobs) {
    auto values = accepted_values(knob);
    for (size_t at = 0; (at = values.find('|', at)) != std::string::npos; at += 2)
      values.insert(at, "\\");
    std::printf("| `--%s` | %s | %s | %s |\n", knob.name.c_str(), knob.value.c_str(),
                values.c_str(), knob.help.c_str());
  }
  std::printf("\n");
}

}  // namespace

int run_methods(const std::vector<std::string>& arguments) {
  CLI::App app("Lists what can be trained, and the knobs of a method.", "ganvas methods");
  std::string name;
  bool is_markdown = false;
  app.add_option("name", name, "a method");
  app.add_flag("--markdown", is_markdown, "write the page docs/methods.md");
  if (!parse(app, arguments)) return kDone;

  std::vector<std::vector<std::string>> lines;
  if (is_markdown) {
    std::printf("# Methods\n\nWritten by `ganvas methods --markdown`.\n\n");
    for (const auto& row : methods()) print_markdown(row);
  } else if (name.empty()) {
    for (const auto& row : methods()) lines.push_back({row.name, row.summary, row.paper});
  } else {
    const auto& row = find_method(name);
    std::printf("%s: %s %s\n\n", row.name.c_str(), row.summary.c_str(), row.paper.c_str());
    for (const auto& knob : row.knobs) {
      std::printf("  --%-22s %s [%s; default %s]\n", knob.name.c_str(), knob.help.c_str(),
                  accepted_values(knob).c_str(), knob.value.c_str());
    }
  }
  print_table(lines);
  return kDone;
}

}  // namespace ganvas
