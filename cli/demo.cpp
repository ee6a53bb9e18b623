// ganvas demo: the main job on bundled photographs, from training to a report.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/evaluate/evaluate.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/report/page.h"
#include "ganvas/report/run.h"
#include "ganvas/train/train.h"

namespace ganvas {
namespace {

constexpr double kLeastGain = 0.2;  // dB over the smooth interpolation

/// What worked best for eye and number (docs/decisions/0003-demo-settings.md).
RunSpec demo_spec(const fs::path& data, const fs::path& out, const Settings& given) {
  RunSpec spec;
  spec.method = "pix2pix";
  spec.data = data;
  spec.folder = out / "run";
  spec.data_config.pairs = "mosaic";
  spec.task.size = 96;
  spec.train.batch = 8;
  spec.run.steps = 1000;
  spec.method_settings = {{"base", "masked"},  {"norm", "none"},
                          {"dropout", "none"}, {"inference", "running"},
                          {"width", "32"},     {"discriminator-width", "32"},
                          {"patch", "34"},     {"adversarial-weight", "0.1"},
                          {"lr", "0.0007"}};
  assign_known(spec.train, given);
  assign_known(spec.run, given);
  assign_known(spec.machine, given);
  spec.method_settings.insert(spec.method_settings.end(), given.begin(), given.end());
  resolve_data(data, Needs::kPairs, spec.data_config, spec.task);
  return spec;
}

/// The figures of both files: what was measured, and whether the bars were met.
std::string verdict(const Evaluation& evaluation) {
  const auto smooth = mean_of(evaluation.rows[1].figures),
             ours = mean_of(evaluation.rows[2].figures);
  const double gain = ours.psnr - smooth.psnr;
  const bool sharper = std::abs(ours.sharpness - 1) < std::abs(smooth.sharpness - 1);
  return c10::str("PSNR over smooth interpolation: ", std::round(gain * 100) / 100, " dB (bar +",
                  kLeastGain, ": ", gain >= kLeastGain ? "met" : "missed",
                  "); sharpness closer to the original's: ", sharper ? "yes" : "no");
}

void write_report(const fs::path& out, const fs::path& run, const Evaluation& evaluation,
                  const Page& pictures) {
  Page page("ganvas demo: pixelated photographs, restored");
  page.add_text(
      "A pix2pix generator was trained for a few minutes on photographs of flowers, whose "
      "parts were pixelated at random. It then restored the photographs below, which it "
      "had never seen. What it puts into the cells is invented: plausible, not true.");
  page.add_table(mean_table(evaluation));
  page.add_text(
      "Rows: mosaic, the cells as they are; smooth, their smooth interpolation; model, "
      "restored. " +
      verdict(evaluation) + ".");
  page.add_text("Protocol: " + evaluation.protocol + ".");
  page.add_heading("Held-out photographs");
  page.add_grid(pictures);
  page.add_heading("Training");
  add_losses(page, read_events(run / "events.jsonl"));
  page.add_text(
      "Photographs: TensorFlow's flower_photos, CC BY 2.0; their photographers are named "
      "in examples/data/flowers/ATTRIBUTION.txt.");
  write_file(out / "report.html", page.html());
  auto json = parse_json(to_json_text(evaluation), "report");
  json["verdict"] = verdict(evaluation);
  write_file(out / "report.json", json.dump(2) + "\n");
}

}  // namespace

int run_demo(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Trains a restorer of pixelated photographs on bundled pictures, restores others, "
      "and writes report.html. Run it again after Ctrl-C: it goes on.",
      "ganvas demo");
  std::string out = "demo", data = GANVAS_EXAMPLES "/flowers";
  Settings given;
  app.add_option("-o,--out", out, "folder of the results")->capture_default_str();
  app.add_option("--data", data, "folder with train/ and test/ photographs");
  add_knobs(app, describe(TrainConfig{}), given);
  add_knobs(app, describe(RunConfig{}), given);
  add_knobs(app, describe(MachineConfig{}), given);
  if (!parse(app, arguments)) return kDone;

  const auto spec = demo_spec(data, out, given);
  const bool begun = fs::exists(spec.folder / "config.json");
  const auto outcome = train(spec, begun ? Start::kResume : Start::kFresh);
  if (outcome.was_interrupted) {
    note("interrupted; the state is saved; run the same command again to go on");
    return kInterrupted;
  }
  const Translator model(spec.folder, set_up_machine(spec.machine, Work::kInference));
  const auto held_out = open_data(data, Split::kTest, View::kPlain, spec.data_config, spec.task);
  Page pictures;
  make_folders(fs::path(out) / "restored");
  const auto on_pair = [&](int64_t i, const Sample& sample, const Tensor& made) {
    show_progress(c10::str("restoring ", i + 1, "/", held_out->size()), /*milestone=*/false);
    const auto restored = to_image(made);
    write_image(restored, fs::path(out) / "restored" / (sample.name + ".png"));
    const auto cells = pixelate(sample.b, *sample.mosaic);
    pictures.add_comparison(sample.name, {{"mosaic", to_image(cells)},
                                          {"restored (invented)", restored},
                                          {"smooth", to_image(sample.a.narrow(0, 0, 3))},
                                          {"original", to_image(sample.b)}});
  };
  const auto evaluation = evaluate(model, *held_out, on_pair);
  if (interrupted()) return kInterrupted;
  write_report(out, spec.folder, evaluation, pictures);
  print_table(mean_table(evaluation));
  std::printf("%s\n", verdict(evaluation).c_str());
  note("open " + (fs::path(out) / "report.html").string() + " in a browser");
  return kDone;
}

}  // namespace ganvas
