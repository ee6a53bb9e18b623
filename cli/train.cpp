// ganvas train
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/train.h"

#include "cli/command.h"
#include "cli/plan.h"
#include "cli/run_flags.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/report/run.h"
#include "ganvas/report/tensorboard.h"
#include "ganvas/serve/site.h"
#include "ganvas/train/run_folder.h"

namespace ganvas {
namespace {

constexpr auto kAboutPlan =
    "Says what a run will take, by a few of its steps: parameters, memory, time, disk. Takes the flags of ganvas "
    "train, and writes nothing.\n\n"
    "Example:\n"
    "  ganvas plan --method cyclegan --data summer2winter --size 256 --batch 4\n";

constexpr auto kAbout =
    "Trains a method. Name it by --method to see its knobs here; ganvas methods lists all.\n\n"
    "Data, told by how a folder looks:\n"
    "  side by side      DIR/train/x.jpg, A on the left and B on the right half; val/ and test/ "
    "too\n"
    "  two folders       DIR/trainA/x.jpg and DIR/trainB/x.png of equal names, or A/train and "
    "B/train\n"
    "  two domains       DIR/trainA and DIR/trainB of any names, or --data DIR_A --data-b DIR_B\n"
    "  photographs       DIR/train/x.jpg or DIR/x.jpg; or a folder for each class\n"
    "                    --layout mosaic, masked: pairs made of photographs on the fly\n\n"
    "Examples:\n"
    "  ganvas train --method pix2pix --data facades --direction BtoA --epochs 200 --run "
    "runs/facades\n"
    "  ganvas train --method cyclegan --data summer2winter --size 128 --run runs/seasons\n"
    "  ganvas train --resume --run runs/seasons --epochs 300\n";

void require_same_method(const std::string& given, const std::string& earlier) {
  require_usage(given.empty() || earlier.empty() || given == earlier,
                "--resume: the run was begun with --method ", earlier, ", got ", given,
                "; leave it out, or name another --run");
}

int plan_run(const RunSpec& spec, bool as_json) {
  const auto plan = make_plan(spec);
  return interrupted() ? kInterrupted : show_plan(plan, spec, as_json);
}

/// The page of --serve, while the training lasts.
std::unique_ptr<Site> serve_run(const fs::path& folder, const std::optional<std::string>& port) {
  if (!port) return nullptr;
  const auto number = port->empty() ? kServePort : whole_number(*port);
  constexpr int64_t kMostPort = 65535;
  require_usage(number && *number <= kMostPort, "--serve: got ", *port,
                ", expected a port of 0 to ", kMostPort);
  make_folders(folder);
  auto site = std::make_unique<Site>(SiteOptions{{.port = static_cast<int>(*number)}, {folder}});
  note("watch it at " + site->address());
  return site;
}

int train_run(const RunSpec& spec, Start start, const std::optional<std::string>& port,
              World& world) {
  std::unique_ptr<Site> site;
  std::vector<Sink> sinks;
  if (world.is_first()) {
    site = serve_run(spec.folder, port);
    sinks.push_back(page_sink(spec.folder));
    if (spec.run.tensorboard) sinks.push_back(tensorboard_sink(spec));
  }
  const auto outcome = train(spec, start, sinks, world);
  if (!world.is_first()) return outcome.was_interrupted ? kInterrupted : kDone;
  write_run_page(spec.folder);
  if (outcome.was_interrupted) {
    note("interrupted; saved as " + outcome.checkpoint.string() + "; go on with --resume --run " +
         spec.folder.string());
    return kInterrupted;
  }
  std::printf("%s\n", outcome.checkpoint.c_str());
  return kDone;
}

/// Whether a run is begun, or what it will take is told.
enum class Intent { kTrain, kPlan };

int train_or_plan(const std::vector<std::string>& arguments, Intent intent, World& world) {
  const bool is_command_plan = intent == Intent::kPlan;
  Arguments expected(is_command_plan ? kAboutPlan : kAbout,
                     is_command_plan ? "ganvas plan" : "ganvas train");
  std::string method, data, run;
  std::string resume;
  std::optional<std::string> served;
  Settings given;
  expected.take("--method", method, "what to train; ganvas methods lists them");
  expected.take("--data", data,
                "folder with train/ and, if there are, val/ and test/; for points a mixture, a "
                "table, images");
  bool is_dry = false, as_json = false;
  const auto* const about_run = "folder of this run: config, events, samples, checkpoints";
  if (is_command_plan) {
    expected.take("--run", run, about_run);
    expected.take("--json", as_json, "write the plan as JSON");
  } else {
    expected.require("--run", run, about_run);
    expected.take("--dry-run", is_dry, "only say what the run will take, as ganvas plan does");
    expected.take(
        "--serve", served,
        "show the training in a browser while it lasts, at this port of this machine alone; 8800 if none is "
        "named, 0 takes any that is free");
  }
  expected.take_word(
      "--resume", resume, {"always", "auto"},
      "go on with the run from its newest checkpoint; auto begins one where there is none");

  const auto peeked_run = peek(arguments, "--run");
  const auto mode = peek_word(arguments, "--resume", {"always", "auto"});
  const bool is_resumed =
      mode == "always" || (mode == "auto" && !peeked_run.empty() && holds_run(peeked_run));
  RunConfigFile earlier;
  if (is_resumed && !peeked_run.empty()) earlier = read_run_config(peeked_run);
  auto peeked_method = peek(arguments, "--method");
  if (peeked_method.empty()) peeked_method = earlier.method;

  const MethodEntry* row = peeked_method.empty() ? nullptr : &find_method(peeked_method);
  take_run_knobs(expected, row, given);
  if (!expected.parse(arguments)) return kDone;

  require_same_method(method, earlier.method);
  if (method.empty()) method = earlier.method;
  const bool is_data_given = !data.empty();
  if (data.empty()) data = earlier.data;
  require_usage(!method.empty(), "--method is missing; ganvas methods lists what can be trained");
  require_usage(!data.empty(),
                "--data is missing, expected a folder of images, or what to take points from");
  // A length in epochs that is given now replaces one in steps that was given before.
  if (find_setting(given, "epochs") && !find_setting(given, "steps"))
    given.emplace_back("steps", "0");
  const auto spec = make_spec(method, data, run, earlier.settings, given);
  if (is_resumed && is_data_given) spec.data.require_recognised();
  if (is_command_plan || is_dry) return world.is_first() ? plan_run(spec, as_json) : kDone;
  return train_run(spec, is_resumed ? Start::kResume : Start::kFresh, served, world);
}

}  // namespace

int run_train(const std::vector<std::string>& arguments) {
  const auto place = place_of_environment();
  if (place.size == 1) {
    World alone;
    return train_or_plan(arguments, Intent::kTrain, alone);
  }
  if (place.rank > 0) speak_only_of_warnings(c10::str("rank ", place.rank));
  World world(place);
  try {
    const int code = train_or_plan(arguments, Intent::kTrain, world);
    world.leave();
    return code;
  } catch (const UsageError& error) {
    throw UsageError(world.fail(error.what()));
  } catch (const std::exception& error) {
    throw Error(world.fail(first_line(error.what())));
  }
}

int run_plan(const std::vector<std::string>& arguments) {
  World alone;
  return train_or_plan(arguments, Intent::kPlan, alone);
}

}  // namespace ganvas
