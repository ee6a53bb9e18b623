// ganvas eval
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "cli/data_flags.h"
#include "cli/measure_flags.h"
#include "cli/results.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/sheet.h"
#include "ganvas/report/page.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

constexpr int64_t kMostShown = 24;  // images of the HTML page
constexpr int64_t kSheetRows = 12;  // images of each domain on the sheet
constexpr int64_t kNeighbours = 8;  // from noise, of each domain, beside the nearest of the data

struct EvalConfig {
  std::string split = "test";
  int64_t samples = 1000;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("split", split, "which part of the data", Choices{"train", "val", "test"});
    v("samples", samples, "how many images from noise to measure, of each domain", Range{1, 1e6});
  }
};

/// What the command line asks for.
struct Request {
  std::string model, data, judge, json, csv, html, sheet, nearest;
  MeasureFlags by;
  EvalConfig config;
  Settings given;
};

Split split_of(const std::string& name) {
  return name == "train" ? Split::kTrain : name == "val" ? Split::kVal : Split::kTest;
}

/// Refuses flags that say nothing to this kind of data.
void refuse_foreign_flags(const Request& request, const TaskEntry& task) {
  const std::vector<std::pair<std::string, std::string>> flags = {
      {"csv", request.csv},
      {"html", request.html},
      {"sheet", request.sheet},
      {"judge", request.judge},
      {"features", request.by.features},
      {"nearest", request.nearest},
      {"fid-weights", request.by.inception},
      {"lpips-weights", request.by.lpips},
      {"dists-weights", request.by.dists}};
  for (const auto& [name, value] : flags) {
    const auto& known = task.measured_by;
    const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
    require_usage(value.empty() || is_known, "--", name, ": says nothing to ", task.name,
                  "; leave it out");
  }
}

/// Throws UsageError, before anything is measured, on what this model cannot.
void require_abilities(const Request& request, const Model& model) {
  const auto abilities = model.method().abilities();
  const bool shows = abilities.samples || !abilities.directions.empty();
  require_usage(shows || (request.sheet.empty() && request.by.features.empty()),
                request.sheet.empty() ? "--features" : "--sheet", ": ", model.info().method,
                " makes no images; leave it out");
  require_usage(shows || request.by.inception.empty(), "--fid-weights: ", model.info().method,
                " makes no images; leave it out");
  for (const auto& [flag, value] :
       {std::pair{"--lpips-weights", request.by.lpips}, {"--dists-weights", request.by.dists}}) {
    require_usage(value.empty() || !abilities.directions.empty(), flag, ": ", model.info().method,
                  " makes images from noise alone, which have no partners; leave it out");
  }
  if (request.nearest.empty()) return;
  require_usage(abilities.samples,
                "--nearest: is for models that make images from noise; leave it out");
  require_usage(!request.by.features.empty(),
                "--nearest: is by features; name some by --features and --feature-weights");
  if (request.config.split != "train") {
    note("--nearest: looks among the images of --split " + request.config.split +
         "; with --split train it shows whether any was copied");
  }
}

/// Writes, of each domain, images from noise over the nearest of the data.
void write_nearest(const Request& request, const Report& report, const Dataset& data,
                   const Features& features) {
  std::vector<std::vector<Tensor>> rows;
  for (const auto& made : report.made) {
    const bool is_first = rows.empty();
    const int64_t count = is_first ? data.count_a() : data.count_b();
    note(c10::str("looking for the nearest of ", count, " images"));
    const auto image = [&](int64_t i) {
      const auto sample = data.get(i, Random(0));
      return is_first ? sample.a : sample.b;
    };
    std::vector<Tensor> below;
    for (const auto& [one, nearest] : nearest_images(made, count, image, features)) {
      below.push_back(nearest);
    }
    rows.push_back(made);
    rows.push_back(below);
  }
  if (!interrupted()) write_image(make_sheet(rows), request.nearest);
}

void write_page(const Request& request, const Report& report) {
  Page page("Evaluation of " + request.model);
  page.add_text("Protocol: " + report.protocol);
  page.add_table(report_table(report));
  if (!report.confusion.empty()) page.add_table(report.confusion);
  Page images;
  for (const auto& [name, versions] : report.comparisons) images.add_comparison(name, versions);
  page.add_grid(images);
  if (report.comparisons.empty() && report.sheet) page.add_image("sheet", *report.sheet);
  write_file(request.html, page.html());
}

/// Prints a report, and writes it as the command line asks.
void show(const Request& request, const Report& report) {
  note("protocol: " + report.protocol +
       (report.names.empty() ? "" : c10::str("; ", report.names.size(), " images")));
  print_table(report_table(report));
  if (!report.confusion.empty()) print_table(report.confusion);
  if (!request.json.empty()) write_file(request.json, to_json_text(report));
  if (!request.csv.empty()) write_file(request.csv, to_csv(report));
  if (!request.html.empty()) write_page(request, report);
  if (request.sheet.empty()) return;
  require(report.sheet.has_value(), "--sheet: there was nothing to show");
  write_image(*report.sheet, request.sheet);
}

/// What the command line asks to measure.
MeasureOptions options_of(const Request& request, const Model* judge) {
  auto options = measure_options(request.by);
  options.samples = request.config.samples;
  options.judge = judge;
  options.sheet_rows = request.sheet.empty() && request.html.empty() ? 0 : kSheetRows;
  options.comparisons = request.html.empty() ? 0 : kMostShown;
  options.kept_samples = kNeighbours;
  return options;
}

/// Refuses files that could not be written, or would replace what is read.
void require_files(const Request& request) {
  auto inputs = files_of(request.by);
  inputs.insert(inputs.end(), {request.model, request.judge, request.data});
  require_results({{"--json", request.json},
                   {"--csv", request.csv},
                   {"--html", request.html},
                   {"--sheet", request.sheet},
                   {"--nearest", request.nearest}},
                  inputs);
  for (const auto& [flag, file] :
       {std::pair{"--sheet", request.sheet}, std::pair{"--nearest", request.nearest}}) {
    require_usage(file.empty() || has_image_name(file), flag, ": got ", file,
                  ", expected a name of an image, .png say");
  }
}

int measure(const Request& request, const Model& model) {
  const auto& info = model.info();
  const auto found = data_of_model(request.data, info.settings, request.given, info.image_spec());
  refuse_foreign_flags(request, found.task());
  require_abilities(request, model);
  std::optional<Model> judge;
  if (!request.judge.empty()) judge.emplace(request.judge, model.machine());
  const auto data = found.open(split_of(request.config.split), View::kPlain);
  watch_interrupts();
  const auto options = options_of(request, judge ? &*judge : nullptr);
  const auto report = found.measure(model, *data, options);
  if (interrupted()) return kInterrupted;
  if (!request.nearest.empty()) write_nearest(request, report, *data, options.features);
  if (interrupted()) return kInterrupted;
  show(request, report);
  if (request.config.split != "train" && found.shows_training_images(*data)) {
    note(request.data +
         " has no splits: all of its images are measured, those too that a run on it learns from");
  }
  return kDone;
}

}  // namespace

int run_eval(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Measures a trained model on images that it has not seen: pairs, beside doing nothing (the "
      "row 'input'), two domains, one set of images, or points. Knobs of the data are those of "
      "the training unless "
      "given.",
      "ganvas eval");
  Request request;
  expected.require("--model", request.model, "a run's folder, or a checkpoint");
  expected.require("--data", request.data, "data as in training");
  expected.take("--json", request.json, "write all figures here");
  expected.take("--csv", request.csv, "pairs: write figures of every image here");
  expected.take("--html", request.html, "write a page here");
  expected.take("--sheet", request.sheet, "write images, what became of them, and made ones here");
  take_measures(expected, request.by);
  expected.take(
      "--nearest", request.nearest,
      "one set, domains: write eight images from noise here, and under each the one of --split "
      "that --features find most like it; --split train shows whether any was copied");
  expected.take("--judge", request.judge, "domains: a run of --method judge on the same two");
  expected.take(describe(EvalConfig{}), request.given);
  expected.take(describe(LayoutConfig{}), request.given, "Data");
  take_data_knobs(expected, request.given);
  expected.take(describe(MachineConfig{}), request.given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  request.config = config_of<EvalConfig>(request.given);
  require_files(request);

  const Model model(request.model, machine_of(request.given));
  return measure(request, model);
}

}  // namespace ganvas
