// ganvas report
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/report/run.h"

namespace ganvas {

int run_report(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Writes one page about runs: their figures side by side, what each made while it learned, "
      "and its losses. The page opens from disk, and needs no other file.",
      "ganvas report");
  std::vector<std::string> runs;
  std::string out, title = "Runs";
  expected.require("runs", runs, "folders of runs");
  expected.require("-o,--out", out, "the page, .html");
  expected.take("--title", title, "what stands above it");
  if (!expected.parse(arguments)) return kDone;
  const auto page = page_of_runs(title, {runs.begin(), runs.end()});
  write_file(out, page.html());
  note(c10::str(runs.size(), " runs in ", out));
  return kDone;
}

}  // namespace ganvas
