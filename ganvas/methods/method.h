// What a method is: networks, the game that they play, and what the trained networks do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/batch.h"
#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/core/optimizer_config.h"
#include "ganvas/core/task.h"
#include "ganvas/nn/network.h"

namespace ganvas {

/// The named terms of one player's loss. Weights are already applied, so the loss is their sum.
struct Losses {
  NamedTensors terms;  // each [] float

  void add(std::string name, Tensor value);
  Tensor total() const;
};

/// One side of the game: the networks that it trains, and the loss that it wants to lower.
struct Player {
  std::string name;  // "generator", "discriminator"; names the optimizer's state too
  std::vector<Network> trains;

  /// The parts of the loss that it wants to lower: they are added. The gradient of each is taken, and
  /// the passes behind it are let go of, before the next is computed, so no pass may serve two parts.
  std::vector<std::function<Losses(const Batch&)>> losses;
  OptimizerConfig optimizer = {};
  double clip = 0;  // over 0: after a move its parameters are clamped to [-clip, clip]
  std::function<bool(int64_t step)> plays = [](int64_t) { return true; };  // false: sits it out
};

/// The game a method's networks play: who moves, and whether in turns or all at once.
struct Game {
  std::vector<Player> players;  // in the order of their turns; one name twice has two turns a step
  bool at_once = false;         // true: all gradients are taken before anyone moves

  /// True: steps in which the same players play do the same work on other numbers, so a GPU may
  /// replay one of them. Then what depends on the step, or on numbers that the host must see, belongs
  /// into Method::decide().
  bool repeats = false;
};

/// What classify() tells of an image.
enum class Predicts { kNothing, kClass, kDomain, kReal };

/// What a trained method can be asked for.
struct Abilities {
  std::vector<Direction> directions = {Direction::kAtoB};  // of translate(), the first by default
  bool samples = false;                                    // sample() makes images from noise
  Predicts predicts = Predicts::kNothing;                  // what classify() scores
  int64_t fixed_size = 0;  // side of the only images that it translates; 0 takes any

  /// How many pixels of the input around a pixel its translation depends on, so that an image can
  /// be translated in parts; 0 if it depends on all of them.
  int64_t reach = 0;

  int64_t code = 0;      // numbers of the codes that decode() draws; 0: it draws none
  int64_t classes = 0;   // that decode() can be asked for; 0: it knows no classes
  bool encodes = false;  // encode() finds the codes of images

  bool translates(Direction direction) const;
};

/// What the last map of a classifier holds, and the logits that are made of it.
struct FeaturesAndLogits {
  Tensor features;  // [N, C, h, w], with a gradient of their own
  Tensor logits;    // [N, K], those of classify(), made of the features by differentiable steps
};

/// A network that begins with the weights of a file. Checkpoints hold it only if it is named as one
/// of the method's networks as well.
struct Pretrained {
  std::string name, layer;  // of nn/features.h
  std::string file;
  Network network;
};

/// A way to learn image translation: some networks and the game they play.
///
/// A method knows no file, device, flag or process. The names of its networks begin the names of
/// the checkpoint's tensors ("generator.down0.weight"). Not to be shared between threads.
class Method {
 public:
  virtual ~Method() = default;

  /// Called once, before training. The losses may refer to this method's members.
  virtual Game game() = 0;

  /// What the host decides about a step: what it draws at random, what it looks up. Runs first; where
  /// a GPU replays a captured step, it alone runs anew, and leaves what it decided where it was.
  virtual void decide(const Batch&) {}

  /// Work that all turns of a step share. Runs once a step, before the first turn; where a batch is
  /// computed in parts, before each part of each turn, on equal draws. So of the networks in it none
  /// may have moved in an earlier turn.
  virtual void forward(const Batch&) {}

  virtual Abilities abilities() const { return {}; }

  /// Translates images of the direction's first domain. Updates nothing.
  ///
  ///   images: [N, C, H, W] in [-1, 1], H and W multiples of size_multiple()
  ///   returns:  [N, C', s H, s W] in [-1, 1], s the spec's scale
  ///   Throws UsageError on a direction that is not among its abilities().
  Tensor translate(const Tensor& images, Direction direction);

  /// A pass that translates an image of this height by its rows, [1, C, h, W] in [-1, 1] and a multiple of
  /// size_multiple() each time; null if the method only translates wholes. The method must outlive it.
  virtual std::unique_ptr<RowPass> translation_by_rows(int64_t /*height*/) { return nullptr; }

  /// Makes `count` images from noise, for each domain [count, C, H, W] in [-1, 1]; images of
  /// equal number belong together. Draws from torch's default generator. Updates nothing.
  /// By default what decode() draws from codes ~ N(0, I), of one class after the other.
  ///   Throws UsageError if the method does not sample.
  virtual std::vector<Tensor> sample(int64_t count);

  /// The images [N, C, H, W] in [-1, 1] that codes stand for. Updates nothing.
  ///
  ///   codes:  [N, abilities().code];  labels: [N] int64, for methods with classes
  ///   Throws UsageError if the method has no codes.
  virtual Tensor decode(const Tensor& codes, const Tensor& labels);

  /// The codes of images [N, C, H, W]. Updates nothing.
  ///   Throws UsageError if the method does not encode.
  virtual Tensor encode(const Tensor& images);

  /// Scores of the classes, or of the domains a and b, [N, K], or of being real, [N, 1], for images
  /// [N, C, H, W] of a domain.
  /// By default those of features_and_logits().
  /// Updates nothing. Throws UsageError if the method does not classify.
  virtual Tensor classify(const Tensor& images, Domain domain);

  /// The scores of classify() with the last map of features before them, for maps of what made the
  /// score (inference/activation_map.h). Updates nothing.
  ///   Throws UsageError if the method has no such map.
  virtual FeaturesAndLogits features_and_logits(const Tensor& images, Domain domain);

  /// What the sides of translate()'s input must be multiples of.
  virtual int64_t size_multiple() const { return 1; }

  /// Every network by its name.
  const std::vector<std::pair<std::string, Network>>& networks() const { return networks_; }

  /// Networks to load before training.
  const std::vector<Pretrained>& pretrained() const { return pretrained_; }

  /// What a run needs besides networks to go on exactly, by name: pools of earlier fakes.
  const NamedTensors& memory() const { return memory_; }

 protected:
  /// What translate() does, once the direction is known to be one of abilities().
  virtual Tensor run_translation(const Tensor& images, Direction direction);

  /// Names a network, so that it is saved, loaded and moved between devices.
  Network add_network(const std::string& name, Network network);

  void add_pretrained(const Pretrained& frozen) { pretrained_.push_back(frozen); }

  /// Names tensors that checkpoints of a run hold. They change in place.
  void add_memory(const std::string& name, const NamedTensors& tensors);

 private:
  std::vector<std::pair<std::string, Network>> networks_;
  std::vector<Pretrained> pretrained_;
  NamedTensors memory_;
};

/// The networks' parameters and buffers, named "network.layer.tensor".
NamedTensors parameters_of(const Method& method);
NamedTensors buffers_of(const Method& method);

/// Moves every network, the frozen ones too.
void move_to(const Method& method, at::Device device);

/// One row of the registry: how to describe and build a method.
struct MethodEntry {
  std::string name, summary, paper;
  Task task;  // what it learns from
  std::vector<Knob> knobs;

  /// Settings of other things than this method are passed over. Throws UsageError on refused values.
  std::function<std::unique_ptr<Method>(const Settings&, const ImageSpec&)> build;
};

/// The registry row of a method class M with kName, kSummary, kPaper, kTask and Config.
template <typename M>
MethodEntry entry() {
  return {M::kName,
          M::kSummary,
          M::kPaper,
          M::kTask,
          describe(typename M::Config{}),
          [](const Settings& settings, const ImageSpec& spec) {
            return std::make_unique<M>(config_of<typename M::Config>(settings), spec);
          }};
}

/// Every method ganvas knows, in the order `ganvas methods` lists them.
const std::vector<MethodEntry>& methods();

/// Adds a method of your own program, before anything of ganvas runs: then it is trained, resumed and put to use as
/// all are.
///   Throws UsageError if there is one of its name.
void add_method(MethodEntry entry);

/// Throws UsageError, naming the nearest, if there is no such method.
const MethodEntry& find_method(const std::string& name);

}  // namespace ganvas
