// ganvas eval
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/evaluate/evaluate.h"
#include "ganvas/image/convert.h"
#include "ganvas/report/page.h"

namespace ganvas {
namespace {

constexpr int64_t kMostShown = 24;  // pictures of the HTML page

Split split_of(const std::string& name) {
  return name == "train" ? Split::kTrain : name == "val" ? Split::kVal : Split::kTest;
}

}  // namespace

int run_eval(const std::vector<std::string>& arguments) {
  CLI::App app("Measures a trained model on pairs, beside doing nothing (the row 'input').",
               "ganvas eval");
  std::string model_path, data_path, split = "test", json, csv, html;
  Settings given;
  app.add_option("--model", model_path, "a run's folder, or a checkpoint")->required();
  app.add_option("--data", data_path, "folder of pairs, laid out as in training")->required();
  app.add_option("--split", split, "train, val or test")
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  app.add_option("--json", json, "write figures of every picture here");
  app.add_option("--csv", csv, "write figures of every picture here");
  app.add_option("--html", html, "write a page with pictures here");
  add_knobs(app, describe(MachineConfig{}), given);
  if (!parse(app, arguments)) return kDone;

  const Translator model(model_path,
                         set_up_machine(config_of<MachineConfig>(given), Work::kInference));
  const auto config = config_of<DataConfig>(model.info().settings);
  const auto data =
      open_data(data_path, split_of(split), View::kPlain, config, model.info().task());
  Page pictures;
  watch_interrupts();
  const auto on_pair = [&](int64_t i, const Sample& sample, const Tensor& made) {
    show_progress(c10::str(i + 1, "/", data->size(), "  ", sample.name), /*milestone=*/false);
    if (html.empty() || i >= kMostShown) return;
    pictures.add_comparison(sample.name, {{"input", to_image(sample.a.narrow(0, 0, 3))},
                                          {"model", to_image(made)},
                                          {"target", to_image(sample.b)}});
  };
  auto evaluation = evaluate(model, *data, on_pair);
  if (interrupted()) return kInterrupted;
  if (config.pairs != "mosaic") {
    evaluation.protocol +=
        "; pictures resized to " + model.knob("size") + " x " + model.knob("size");
  }
  note(c10::str("protocol: ", evaluation.protocol, "; ", evaluation.names.size(), " pictures"));
  print_table(mean_table(evaluation));
  if (!json.empty()) write_file(json, to_json_text(evaluation));
  if (!csv.empty()) write_file(csv, to_csv(evaluation));
  if (!html.empty()) {
    Page page("Evaluation of " + model_path);
    page.add_text("Protocol: " + evaluation.protocol);
    page.add_table(mean_table(evaluation));
    page.add_grid(pictures);
    write_file(html, page.html());
  }
  return kDone;
}

}  // namespace ganvas
