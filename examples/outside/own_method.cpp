// A method of your own, registered, trained and put to use from your own program.
//   own_method PAIRS RUN IMAGE OUT      PAIRS: a folder of side-by-side pairs
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "ganvas/ganvas.h"
#include "ganvas/methods/inference.h"
#include "ganvas/nn/stack.h"

namespace {

using namespace ganvas;

/// Colours to colours, pixel by pixel: the least that can be learned of pairs.
class Recolor final : public Method {
 public:
  static constexpr auto kName = "recolor";
  static constexpr auto kSummary = "each pixel's colours from its own, by two small layers";
  static constexpr auto kPaper = "";
  static constexpr auto kTask = Task::kPairs;

  struct Config {
    int64_t width = 16;
    OptimizerConfig optimizer{.lr = 1e-2};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels between the layers", Range{1, 512});
      optimizer.visit(v);
    }
  };

  Recolor(const Config& config, const ImageSpec& spec)
      : config_(config),
        network_(add_network("network", stack({conv({spec.channels_a, config.width, 1}).relu(),
                                               conv({config.width, spec.channels_b, 1})},
                                              Init::kFanIn))) {}

  Game game() override {
    return {.players = {{.name = "network",
                         .trains = {network_},
                         .losses = {[this](const Batch& batch) {
                           Losses losses;
                           losses.add("l1", (network_(batch.a) - batch.b).abs().mean());
                           return losses;
                         }},
                         .optimizer = config_.optimizer}}};
  }

 protected:
  Tensor run_translation(const Tensor& images, Direction) override {
    return infer(network_, images).clamp(-1, 1);
  }

 private:
  Config config_;
  Network network_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s PAIRS RUN IMAGE OUT\n", argv[0]);
    return 2;
  }
  try {
    add_method(entry<Recolor>());
    RunSpec spec;
    spec.method = Recolor::kName;
    spec.folder = argv[2];
    spec.data = find_data(argv[1], Recolor::kTask, {}, {.size = 64}, {});
    spec.run.steps = 100;
    train(spec, Start::kFresh);
    const Model model(spec.folder, set_up_machine({}, Work::kInference));
    write_image(model(read_image(argv[3])), argv[4]);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
