// ganvas serve
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <thread>

#include "cli/command.h"
#include "cli/weights.h"
#include "ganvas/core/host.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/serve/gate.h"
#include "ganvas/serve/run_watch.h"
#include "ganvas/serve/site.h"

namespace ganvas {
namespace {

struct ServeConfig {
  std::string address = HttpServerOptions{}.address;
  int64_t port = kServePort;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("address", address,
      "numeric, of this machine, to listen at; any but a loopback one can be reached from elsewhere, and what is "
      "printed then holds a token that a browser must bring");
    v("port", port, "0 takes any that is free", Range{0, 65535});
  }
};

/// Those that come along, and the user's.
std::vector<PlayModel> offered_models(const std::vector<std::string>& own) {
  std::vector<PlayModel> all = {
      {"enlarge 4 times", own_weights("upscale-x4"), own_weights("upscale-x4-vivid")},
      {"restore mosaics", own_weights("restore"), own_weights("restore-vivid")}};
  for (const auto& path : own) {
    all.push_back({name_of(path), path});
  }
  return all;
}

}  // namespace

int run_serve(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Shows a site in a browser: trainings while they go (curves, samples through time, speed, what happened), a "
      "playground for photographs, and a lab for those who learn what a GAN does. Nothing leaves this machine.\n\n"
      "Examples:\n"
      "  ganvas serve runs/\n"
      "  ganvas serve --model realesrgan-x4.pth --model runs/seasons\n",
      "ganvas serve");
  std::vector<std::string> runs, models;
  Settings given;
  expected.take("runs", runs, "runs to watch, or folders that hold runs; new ones are found too");
  expected.take(
      "--model", models,
      "a run, a checkpoint or weights of other programs for the playground, besides those that come along");
  expected.take(describe(ServeConfig{}), given);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<ServeConfig>(given);
  watch_interrupts();
  const auto token = is_loopback(config.address) ? "" : make_token();
  const Workshop workshop{offered_models(models), machine_of(given)};
  const Site site({{config.address, static_cast<int>(config.port), token},
                   {runs.begin(), runs.end()},
                   workshop});
  std::printf("%s\n", site.address().c_str());
  std::fflush(stdout);
  note("open this in a browser; Ctrl-C ends it");
  while (!interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return kDone;
}

}  // namespace ganvas
