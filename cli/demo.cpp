// ganvas demo: the whole chain on bundled photographs. A classifier learns what is in them; where it
// looks, they are pixelated; a restorer learns the way back; then mosaics in held-out photographs are
// found, restored, held to what their cells say, and reported.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/weights.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/data/image_set.h"
#include "ganvas/evaluate/pairs.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/heat.h"
#include "ganvas/image/region.h"
#include "ganvas/inference/activation_map.h"
#include "ganvas/inference/restore.h"
#include "ganvas/mosaic/find_mosaics.h"
#include "ganvas/report/page.h"
#include "ganvas/report/run.h"
#include "ganvas/train/train.h"

namespace ganvas {
namespace {

constexpr double kLeastGain = 0.2;    // dB over the smooth interpolation
constexpr double kShareOfPeak = 0.4;  // of an activation map, above which its region lies
constexpr int64_t kClassifierSteps = 150;

/// What a stage of the demo needs to know.
struct Demo {
  fs::path data, out;
  Settings given;

  fs::path regions() const { return out / "regions"; }
};

RunSpec spec_of(const Demo& demo, const std::string& method, const std::string& run) {
  RunSpec spec;
  spec.method = method;
  spec.folder = demo.out / run;
  assign_known(spec.machine, demo.given);
  return spec;
}

RunSpec classifier_spec(const Demo& demo) {
  auto spec = spec_of(demo, "classifier", "classifier");
  spec.train.batch = 16;
  spec.method_settings = {{"backbone", "mobilenet"},
                          {"backbone-weights", own_weights("mobilenet-v1-025")},
                          {"lr", "0.005"}};
  RunConfig asked;
  asked.steps = kClassifierSteps;
  assign_known(asked, demo.given);
  spec.run.steps = std::min(asked.steps, kClassifierSteps);
  spec.run.workers = asked.workers;
  spec.data = find_data(demo.data, find_method(spec.method).task, {}, {.size = 224});
  return spec;
}

/// What worked best for eye and number (docs/decisions/0003-demo-settings.md).
RunSpec restorer_spec(const Demo& demo) {
  auto spec = spec_of(demo, "pix2pix", "run");
  spec.train.batch = 8;
  spec.run.steps = 1000;
  spec.method_settings = {{"base", "masked"},  {"norm", "none"},
                          {"dropout", "none"}, {"inference", "running"},
                          {"width", "32"},     {"discriminator-width", "32"},
                          {"patch", "34"},     {"adversarial-weight", "0.1"},
                          {"lr", "0.0007"}};
  assign_known(spec.train, demo.given);
  assign_known(spec.run, demo.given);
  spec.method_settings.insert(spec.method_settings.end(), demo.given.begin(), demo.given.end());
  spec.data = find_data(demo.data, find_method(spec.method).task,
                        {{"layout", "mosaic"}, {"masks", demo.regions().string()}}, {.size = 96});
  return spec;
}

/// Trains a run, or what is left of it. False if it was interrupted.
bool train_or_go_on(const RunSpec& spec) {
  const bool begun = path_exists(spec.folder / "config.json");
  const auto outcome = train(spec, begun ? Start::kResume : Start::kFresh);
  if (!outcome.was_interrupted) return true;
  note("interrupted; the state is saved; run the same command again to go on");
  return false;
}

/// What the classifier saw in a held-out photograph.
struct Seen {
  Image heat;
  std::string is, told;
};

/// By the photograph's name.
using AllSeen = std::map<std::string, Seen>;

/// Writes the region of each photograph where the classifier sees its class; of training images
/// the true one, of held-out images the one that it tells.
AllSeen look(const Demo& demo, const RunSpec& spec) {
  const Model model(spec.folder, set_up_machine(spec.machine, Work::kInference));
  const auto names = model.info().image_spec().classes();
  const auto channels = model.info().image_spec().channels_a;
  make_folders(demo.regions());
  AllSeen all;
  for (const auto split : {Split::kTrain, Split::kTest}) {
    const auto images = open_image_set(demo.data, split, channels, names);
    require(images != nullptr, "--data: ", demo.data.string(), ": has no folders train/ and test/");
    for (int64_t i = 0; i < images->size() && !interrupted(); ++i) {
      const auto image = images->get(i, kOwnSize);
      const auto numbers = dequantise(image.pixels);
      const bool is_held_out = split == Split::kTest;
      const auto seen = activation_map(model, numbers, is_held_out ? kNoLabel : image.label);
      const auto region = largest_component(map_region(seen.map, kShareOfPeak));
      write_image(to_image(region * 2 - 1), demo.regions() / (image.name + ".png"));
      if (!is_held_out) continue;
      const auto share = (seen.map / seen.map.max().clamp_min(1e-12)).clamp(0, 1);
      const auto name_of = [&](int64_t label) {
        return label == kNoLabel ? "unknown" : names.at(static_cast<size_t>(label));
      };
      all[image.name] = {to_image(heat_over(numbers, share)), name_of(image.label),
                         name_of(seen.label)};
    }
  }
  return all;
}

/// What became of the held-out photographs.
struct Outcome {
  Report report;
  Page images;
  int64_t told = 0, found = 0;  // classes told right; grids found as they are
  double farthest = 0;          // of a cell's mean from what the mosaic says, levels
};

bool is_grid(const FineGrid& found, const Grid& grid) {
  const auto is = [](double a, int64_t b) { return std::abs(a - static_cast<double>(b)) < 0.01; };
  return is(found.cell_width, grid.cell_width) && is(found.cell_height, grid.cell_height) &&
         is(found.phase_x, grid.phase_x) && is(found.phase_y, grid.phase_y);
}

/// The largest difference between a cell's mean in the two images, levels of 255.
double farthest_cell(const Tensor& a, const Tensor& b, const Mosaic& mosaic) {
  const auto apart = (cell_means(a, mosaic.grid) - cell_means(b, mosaic.grid)).abs() * 127.5;
  const auto inside = cell_means(mosaic.mask, mosaic.grid).gt(0.5);
  return (apart * inside).max().item<double>();
}

/// The restorer that the demo trained, and those that come along.
struct Restorers {
  Model own, faithful, vivid;
};

/// One held-out photograph: its mosaic as a file holds it is found, restored and shown.
void restore_one(const Demo& demo, const Restorers& restorers, const Sample& sample,
                 const Seen& seen, Outcome& outcome) {
  const auto& model = restorers.own;
  const auto name = sample.name + ".png";
  const auto& mosaic = *sample.mosaic;
  const auto hidden = to_image(pixelate(sample.b, mosaic));
  write_image(hidden, demo.out / "hidden" / name);
  const auto cells = to_tensor(hidden, hidden.colors());
  auto found = find_mosaics(hidden).mosaics;
  const bool is_found = found.size() == 1 && is_grid(found[0].grid, mosaic.grid);
  if (!is_found) found = {known_mosaic(mosaic)};
  const auto restored = restore(model, hidden, found).image;
  write_image(with_provenance(restored, model.provenance("demo", demo.given)),
              demo.out / "restored" / name);
  const auto doubt = doubt_image(restore(model, hidden, found, {kDihedrals}));
  outcome.told += seen.is == seen.told;
  outcome.found += is_found;
  if (is_found) {
    const Mosaic seen_mosaic{mosaic.grid, found[0].mask};
    outcome.farthest =
        std::max(outcome.farthest,
                 farthest_cell(to_tensor(restored, restored.colors()), cells, seen_mosaic));
  }
  outcome.images.add_comparison(
      c10::str(seen.is, ", told: ", seen.told, "; cells of ", mosaic.grid.cell_width, " pixels, ",
               is_found ? "found" : "not found, named"),
      {{"mosaic", hidden},
       {"restored (invented)", restored},
       {"faithful, the model that comes along", restore(restorers.faithful, hidden, found).image},
       {"vivid (more of it invented)", restore(restorers.vivid, hidden, found).image},
       {"smooth", to_image(sample.a.narrow(0, 0, hidden.colors()))},
       {"doubt", doubt},
       {"where the classifier looked", seen.heat},
       {"original", to_image(sample.b)}});
}

Outcome restore_all(const Demo& demo, const RunSpec& spec, const AllSeen& seen) {
  const auto machine = set_up_machine(spec.machine, Work::kInference);
  const Restorers restorers{Model(spec.folder, machine), Model(own_weights("restore"), machine),
                            Model(own_weights("restore-vivid"), machine)};
  const auto held_out = spec.data.open(Split::kTest, View::kPlain);
  for (const auto* folder : {"hidden", "restored"}) make_folders(demo.out / folder);
  Outcome outcome;
  int64_t done = 0;
  const auto on_pair = [&](const Sample& sample, const Tensor&) {
    show_progress(c10::str("restoring ", ++done, "/", held_out->size()), /*milestone=*/false);
    restore_one(demo, restorers, sample, seen.at(sample.name), outcome);
  };
  outcome.report = measure_pairs(restorers.own, *held_out, mosaic_protocol(), {}, on_pair);
  return outcome;
}

/// What was measured, and whether the bars were met.
std::vector<std::string> verdicts(const Outcome& outcome) {
  const auto& smooth = outcome.report.row("smooth").figures;
  const auto& ours = outcome.report.row("model, held").figures;
  const double gain = value_of(ours, "psnr") - value_of(smooth, "psnr");
  const bool sharper =
      std::abs(value_of(ours, "sharpness") - 1) < std::abs(value_of(smooth, "sharpness") - 1);
  const auto count = outcome.report.names.size();
  const auto two_places = [](double number) { return std::round(number * 100) / 100; };
  return {
      c10::str("classes told right: ", outcome.told, " of ", count),
      c10::str("mosaics found, with cell and phase: ", outcome.found, " of ", count),
      c10::str("PSNR over smooth interpolation: ", two_places(gain), " dB (bar +", kLeastGain, ": ",
               gain >= kLeastGain ? "met" : "missed",
               "); sharpness closer to the original's: ", sharper ? "yes" : "no"),
      c10::str("farthest mean of a restored cell from the mosaic's: ", two_places(outcome.farthest),
               " levels of 255"),
  };
}

void write_report(const Demo& demo, const fs::path& run, const Outcome& outcome) {
  const auto& report = outcome.report;
  Page page("ganvas demo: pixelated photographs, restored");
  page.add_text(
      "A classifier learned what flowers are in photographs; where it looked, they were pixelated. "
      "A pix2pix generator was trained for a few minutes on such pairs. Then mosaics in "
      "photographs "
      "that neither had seen were found, restored, and held to what their cells say. Beside it "
      "stand "
      "the faithful and the vivid model that come along. What lies inside the cells is invented: "
      "plausible, not true.");
  page.add_table(report_table(report));
  page.add_text(
      "Rows: mosaic, the cells as they are; smooth, their smooth interpolation; model, restored; "
      "held, moved so that every cell keeps its mean.");
  for (const auto& line : verdicts(outcome)) page.add_text(line + ".");
  page.add_text("Protocol: " + report.protocol + ".");
  page.add_heading("Held-out photographs");
  page.add_grid(outcome.images);
  page.add_heading("Training");
  add_losses(page, read_events(run / "events.jsonl"));
  page.add_text(
      "Photographs: TensorFlow's flower_photos, CC BY 2.0; their photographers are named "
      "in examples/data/flowers/ATTRIBUTION.txt.");
  write_file(demo.out / "report.html", page.html());
  auto json = parse_json(to_json_text(report), "report");
  json["verdicts"] = verdicts(outcome);
  write_file(demo.out / "report.json", json.dump(2) + "\n");
}

}  // namespace

int run_demo(const std::vector<std::string>& arguments) {
  Arguments expected(
      "The whole chain on bundled photographs of flowers: trains a classifier, pixelates where it "
      "looks, trains a restorer on that, finds and restores mosaics in other photographs, and "
      "writes report.html. Run it again after Ctrl-C: it goes on.",
      "ganvas demo");
  std::string out = "demo", data = shared_file("examples/data/flowers").string();
  Settings given;
  expected.take("-o,--out", out, "folder of the results");
  expected.take("--data", data, "folder with train/CLASS/ and test/CLASS/ photographs");
  expected.take(describe(TrainConfig{}), given);
  expected.take(describe(RunConfig{}), given);
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;

  for (const auto& file : {own_weights("restore"),
                           own_weights("restore-vivid")}) {  // not only after minutes of training
    require(path_exists(file), file, ": no such file; expected the weights that come along");
  }
  const Demo demo{data, out, given};
  const auto classifier = classifier_spec(demo);
  if (!train_or_go_on(classifier)) return kInterrupted;
  const auto seen = look(demo, classifier);
  if (interrupted()) return kInterrupted;
  const auto restorer = restorer_spec(demo);
  if (!train_or_go_on(restorer)) return kInterrupted;
  const auto outcome = restore_all(demo, restorer, seen);
  if (interrupted()) return kInterrupted;
  write_report(demo, restorer.folder, outcome);
  print_table(report_table(outcome.report));
  for (const auto& line : verdicts(outcome)) std::printf("%s\n", line.c_str());
  note("open " + (demo.out / "report.html").string() + " in a browser");
  return kDone;
}

}  // namespace ganvas
