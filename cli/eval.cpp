// ganvas eval
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/evaluate/classes.h"
#include "ganvas/evaluate/crowd.h"
#include "ganvas/evaluate/domains.h"
#include "ganvas/evaluate/evaluate.h"
#include "ganvas/evaluate/pictures.h"
#include "ganvas/evaluate/points.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/sheet.h"
#include "ganvas/report/page.h"

namespace ganvas {
namespace {

constexpr int64_t kMostShown = 24;  // pictures of the HTML page
constexpr size_t kMostRows = 12;    // pictures of each domain on the sheet
constexpr size_t kMadeColumns = 8;  // of pictures from noise
constexpr size_t kNeighbours = 8;   // of them, of each domain, beside the nearest of the data

struct EvalConfig {
  std::string split = "test";
  int64_t samples = 1000;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("split", split, "which part of the data", Choices{"train", "val", "test"});
    v("samples", samples,
      "one set, domains: how many pictures from noise to measure, of each domain", Range{1, 1e6});
  }
};

/// What the command line asks for.
struct Request {
  std::string model, data, judge, json, csv, html, sheet, nearest;
  std::string features, layer = "pw3", weights;
  EvalConfig config;
  Settings given;
};

Split split_of(const std::string& name) {
  return name == "train" ? Split::kTrain : name == "val" ? Split::kVal : Split::kTest;
}

void refuse(const std::string& value, const char* flag, const char* needed) {
  require_usage(value.empty(), flag, ": is for ", needed, "; leave it out");
}

/// What labels and points have no use for.
void refuse_what_is_of_pictures(const Request& request) {
  refuse(request.csv, "--csv", "pairs");
  refuse(request.features, "--features", "pairs, and pictures from noise");
  refuse(request.judge, "--judge", "unpaired data");
  refuse(request.sheet, "--sheet", "unpaired data, and one set of pictures");
  refuse(request.nearest, "--nearest", "models that make pictures from noise");
}

void show_count(int64_t done, int64_t all) {
  show_progress(c10::str(done, "/", all), /*milestone=*/false);
}

/// The features that pictures are compared by, if any are asked for.
Features asked_features(const Request& request) {
  require_usage(request.features.empty() == request.weights.empty(),
                "--features and --feature-weights: go together, got one of them");
  if (request.features.empty()) return nullptr;
  return features_of(request.features, request.layer, request.weights);
}

/// Pictures from noise, and what to look for beside them.
class Nearest {
 public:
  /// Throws UsageError, before anything is measured, where it is asked for and cannot be.
  Nearest(const Request& request, const Translator& model, const Features& features)
      : file_(request.nearest), features_(features) {
    if (file_.empty()) return;
    require_usage(model.method().abilities().samples,
                  "--nearest: is for models that make pictures from noise; leave it out");
    require_usage(features_ != nullptr,
                  "--nearest: is by features; name some by --features and --feature-weights");
    if (request.config.split != "train") {
      note("--nearest: looks among the pictures of --split " + request.config.split +
           "; with --split train it shows whether any was copied");
    }
  }

  static void keep(std::vector<Tensor>& some, const Tensor& made) {
    if (some.size() < kNeighbours) some.push_back(made);
  }

  /// A row of pictures from noise over a row of the nearest of `count` pictures.
  void add_rows(const std::vector<Tensor>& made, int64_t count,
                const std::function<Tensor(int64_t)>& picture) {
    if (file_.empty() || made.empty()) return;
    note(c10::str("looking for the nearest of ", count, " pictures"));
    std::vector<Tensor> below;
    for (const auto& [one, nearest] : nearest_pictures(made, count, picture, features_)) {
      below.push_back(nearest);
    }
    rows_.push_back(made);
    rows_.push_back(below);
  }

  void write() const {
    if (file_.empty()) return;
    write_image(make_sheet(rows_), file_);
  }

 private:
  std::string file_;
  Features features_;
  std::vector<std::vector<Tensor>> rows_;
};

/// Writes a page of a protocol, a table, and pictures, if one is asked for.
void write_page(const Request& request, const std::string& protocol,
                const std::vector<std::vector<std::string>>& table, const Page& pictures) {
  if (request.html.empty()) return;
  Page page("Evaluation of " + request.model);
  page.add_text("Protocol: " + protocol);
  page.add_table(table);
  page.add_grid(pictures);
  write_file(request.html, page.html());
}

int eval_pairs(const Request& request, const Translator& model, const DataConfig& config,
               const Dataset& data) {
  refuse(request.judge, "--judge", "unpaired data");
  refuse(request.sheet, "--sheet", "unpaired data");
  refuse(request.nearest, "--nearest", "models that make pictures from noise");
  Page pictures;
  const auto on_pair = [&](int64_t i, const Sample& sample, const Tensor& made) {
    show_progress(c10::str(i + 1, "/", data.size(), "  ", sample.name), /*milestone=*/false);
    if (request.html.empty() || i >= kMostShown) return;
    pictures.add_comparison(sample.name,
                            {{"input", to_image(sample.a.narrow(0, 0, sample.b.size(0)))},
                             {"model", to_image(made)},
                             {"target", to_image(sample.b)}});
  };
  const auto features = asked_features(request);
  auto evaluation = evaluate(model, data, on_pair, features);
  if (interrupted()) return kInterrupted;
  if (features) {
    evaluation.protocol +=
        "; feature distance: mean squared difference of unit vectors, of whole pictures, at " +
        request.layer + " of " + request.features;
  }
  if (config.pairs != "mosaic" && config.pairs != "reduced") {
    evaluation.protocol +=
        "; pictures resized to " + model.knob("size") + " x " + model.knob("size");
  }
  note(c10::str("protocol: ", evaluation.protocol, "; ", evaluation.names.size(), " pictures"));
  print_table(mean_table(evaluation));
  if (!request.json.empty()) write_file(request.json, to_json_text(evaluation));
  if (!request.csv.empty()) write_file(request.csv, to_csv(evaluation));
  write_page(request, evaluation.protocol, mean_table(evaluation), pictures);
  return kDone;
}

/// Rows of a picture, its translation and what came back, from domain a at the left, b at the right.
class Rows {
 public:
  void add(Direction way, std::vector<Tensor> pictures) {
    if (!pictures.back().defined()) pictures.pop_back();
    auto& rows = way == Direction::kAtoB ? from_a_ : from_b_;
    if (rows.size() < kMostRows) rows.push_back(std::move(pictures));
  }

  Image sheet() const {
    auto rows = from_a_;
    for (size_t i = 0; i < std::min(rows.size(), from_b_.size()); ++i) {
      rows[i].insert(rows[i].end(), from_b_[i].begin(), from_b_[i].end());
    }
    require(!rows.empty(), "--sheet: this method translates nothing; see ganvas sample");
    return make_sheet(rows);
  }

 private:
  std::vector<std::vector<Tensor>> from_a_, from_b_;
};

/// Prints figures, and writes them as the command line asks.
int show(const Request& request, const Figures& figures) {
  note("protocol: " + figures.protocol);
  print_table(figure_table(figures));
  if (!figures.confusion.empty()) print_table(figures.confusion);
  if (!request.json.empty()) write_file(request.json, to_json_text(figures));
  write_page(request, figures.protocol, figure_table(figures), Page());
  return kDone;
}

int eval_domains(const Request& request, const Translator& model, const DataConfig& config,
                 const Dataset& data) {
  refuse(request.csv, "--csv", "pairs");
  const auto features = asked_features(request);
  Nearest nearest(request, model, features);
  require_usage(
      features == nullptr || model.method().abilities().samples,
      "--features: of domains, is for methods that make pictures from noise; leave it out");
  std::vector<Tensor> made_a, made_b;
  std::optional<Translator> judge;
  if (!request.judge.empty()) judge.emplace(request.judge, model.machine());
  Rows rows;
  DomainTools tools;
  tools.judge = judge ? &*judge : nullptr;
  tools.derive_b = config.derive_b;
  tools.features = features;
  tools.on_made = [&](const Tensor& a, const Tensor& b) {
    Nearest::keep(made_a, a);
    Nearest::keep(made_b, b);
  };
  tools.samples = request.config.samples;
  tools.on_picture = show_count;
  tools.on_translated = [&](Direction way, const Tensor& picture, const Tensor& made,
                            const Tensor& again) { rows.add(way, {picture, made, again}); };
  const auto figures = evaluate_domains(model, data, tools);
  if (interrupted()) return kInterrupted;
  if (!request.sheet.empty()) write_image(rows.sheet(), request.sheet);
  nearest.add_rows(made_a, data.count_a(), [&](int64_t i) { return data.get(i, Random(0)).a; });
  nearest.add_rows(made_b, data.count_b(), [&](int64_t i) { return data.get(i, Random(0)).b; });
  if (interrupted()) return kInterrupted;
  nearest.write();
  return show(request, figures);
}

int eval_classes(const Request& request, const Translator& model, const Dataset& data) {
  refuse_what_is_of_pictures(request);
  const auto figures = evaluate_classes(model, data, show_count);
  return interrupted() ? kInterrupted : show(request, figures);
}

int eval_pictures(const Request& request, const Translator& model, const Dataset& data) {
  refuse(request.csv, "--csv", "pairs");
  refuse(request.judge, "--judge", "unpaired data");
  PictureTools tools;
  tools.features = asked_features(request);
  tools.samples = request.config.samples;
  tools.on_picture = show_count;
  std::vector<std::vector<Tensor>> rows;  // a picture and what comes back; then made ones
  tools.on_again = [&](const Tensor& picture, const Tensor& again) {
    if (rows.size() < kMostRows) rows.push_back({picture, again});
  };
  Nearest nearest(request, model, tools.features);
  std::vector<Tensor> some;
  size_t made_count = 0;
  tools.on_made = [&](const Tensor& made) {
    Nearest::keep(some, made);
    const size_t row = made_count++ % kMostRows;
    if (made_count > kMostRows * kMadeColumns) return;
    if (row >= rows.size()) rows.emplace_back();
    rows[row].push_back(made);
  };
  const auto figures = evaluate_pictures(model, data, tools);
  if (interrupted()) return kInterrupted;
  if (!request.sheet.empty()) write_image(make_sheet(rows), request.sheet);
  nearest.add_rows(some, data.size(), [&](int64_t i) { return data.get(i, Random(0)).a; });
  if (interrupted()) return kInterrupted;
  nearest.write();
  return show(request, figures);
}

int eval_points(const Request& request, const Translator& model, const Dataset& data) {
  refuse_what_is_of_pictures(request);
  return show(request, evaluate_points(model, data));
}

}  // namespace

int run_eval(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Measures a trained model on pictures that it has not seen: pairs, beside doing nothing (the "
      "row 'input'), two domains, one set of pictures, or points. Knobs of the data are those of "
      "the training unless "
      "given.",
      "ganvas eval");
  Request request;
  expected.require("--model", request.model, "a run's folder, or a checkpoint");
  expected.require("--data", request.data, "data as in training");
  expected.take("--json", request.json, "write all figures here");
  expected.take("--csv", request.csv, "pairs: write figures of every picture here");
  expected.take("--html", request.html, "write a page here");
  expected.take("--sheet", request.sheet,
                "domains, one set: write pictures, what became of them, and made ones here");
  expected.take(
      "--features", request.features,
      "pairs, one set, pictures from noise of domains: also distances of features of this network: "
      "mobilenet, squeezenet or vgg19");
  expected.take("--feature-layer", request.layer, "its layer");
  expected.take("--feature-weights", request.weights, "the file or folder of its weights");
  expected.take(
      "--nearest", request.nearest,
      "one set, domains: write eight pictures from noise here, and under each the one of --split "
      "that --features find most like it; --split train shows whether any was copied");
  expected.take("--judge", request.judge, "domains: a run of --method judge on the same two");
  expected.take(describe(EvalConfig{}), request.given);
  expected.take(describe(DataConfig{}), request.given);
  expected.take(describe(MachineConfig{}), request.given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  request.config = config_of<EvalConfig>(request.given);

  const Translator model(request.model,
                         set_up_machine(config_of<MachineConfig>(request.given), Work::kInference));
  auto settings = model.info().settings;
  settings.insert(settings.end(), request.given.begin(), request.given.end());
  const auto config = config_of<DataConfig>(settings);
  const auto data = open_data(request.data, split_of(request.config.split), View::kPlain, config,
                              model.info().task());
  watch_interrupts();
  if (config.pairs == "points") return eval_points(request, model, *data);
  if (config.pairs == "single") {
    const bool classifies = model.method().abilities().tells == Tells::kClass;
    return (classifies ? eval_classes : eval_pictures)(request, model, *data);
  }
  return config.pairs == "unpaired" ? eval_domains(request, model, config, *data)
                                    : eval_pairs(request, model, config, *data);
}

}  // namespace ganvas
