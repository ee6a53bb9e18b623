// What goes wrong in trainings, seen from their losses.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/watchdog.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/tensor.h>

namespace ganvas {
namespace {

constexpr double kMostGrid = 2;  // times the originals' power at the periods of upsampling
constexpr double kNever = -1;
constexpr auto kTellsApart =
    "tells_apart/";               // begins the names of what a checkpoint keeps of discriminators
constexpr double kForget = 0.02;  // share of the newest step in a running mean

/// Both terms of a discriminator that tells nothing apart, 0 where the objective has no such number.
double loss_of_chance(const std::string& objective) {
  static const std::map<std::string, double> losses = {
      {"vanilla", 2 * std::log(2.0)}, {"least-squares", 0.5}, {"hinge", 2}};
  const auto found = losses.find(objective);
  return found == losses.end() ? 0 : found->second;
}

/// "discriminator_a" of "discriminator.fake_a", if the term is one of telling apart.
std::string discriminator_of(const std::string& term) {
  const auto dot = term.find('.');
  if (dot == std::string::npos) return "";
  const auto rest = term.substr(dot + 1);
  const bool tells = rest.rfind("fake", 0) == 0 || rest.rfind("real", 0) == 0;
  if (!tells) return "";
  const auto side = rest.find('_');
  return term.substr(0, dot) + (side == std::string::npos ? "" : rest.substr(side));
}

}  // namespace

std::optional<std::string> Watchdog::hear(const PlayedTerms& terms, int64_t step) {
  constexpr int64_t kKnown = 50;  // steps after which a term's usual size is known
  step_ = step;
  hear_discriminators(terms, step);
  std::optional<std::string> reason;
  for (const auto& [name, value] : terms) {
    auto& seen = terms_[name];
    const double size = std::abs(value);
    if (seen.count >= kKnown && size > kSpike * std::max(seen.mean, 1e-3)) {
      if (++seen.spike >= kLongestSpike) {
        reason = c10::str("the loss ", name, " is ", value, " for ", seen.spike, " steps, ",
                          seen.mean, " before");
      }
      continue;
    }
    seen.spike = 0;
    const double share = std::max(kForget, 1.0 / static_cast<double>(++seen.count));
    seen.mean += share * (size - seen.mean);
  }
  return reason;
}

void Watchdog::hear_discriminators(const PlayedTerms& terms, int64_t step) {
  constexpr double kWins = 0.02;  // of the loss of chance
  const double chance = loss_of_chance(objective_);
  if (chance == 0) return;
  std::map<std::string, double> sums;
  for (const auto& [name, value] : terms) {
    const auto who = discriminator_of(name);
    if (!who.empty()) sums[who] += value;
  }
  for (const auto& [who, sum] : sums) {
    auto& mean = losses_.try_emplace(who, sum).first->second;
    mean += kForget * (sum - mean);
    if (mean > kWins * chance) {
      winning_since_.erase(who);
    } else {
      winning_since_.try_emplace(who, step);
    }
  }
}

std::optional<std::string> Watchdog::verdict() {
  std::string text;
  for (const auto& [who, since] : winning_since_) {
    if (step_ - since < kSaturated) continue;
    text = c10::str(
        who, " wins since step ", since, ": its loss is near 0 (chance is ",
        loss_of_chance(objective_),
        "), so the generator learns little from it; what usually helps: more images or "
        "--augment, --hold-discriminator on, a smaller learning rate of the discriminator, fewer "
        "of its channels");
    break;
  }
  if (text == said_) return std::nullopt;
  const bool is_over = text.empty();
  said_ = text;
  return is_over ? "generator and discriminator are in balance again" : text;
}

bool Watchdog::sees_winners() const {
  return loss_of_chance(objective_) != 0;
}

std::set<std::string> Watchdog::held(int64_t step) const {
  std::set<std::string> players;
  if (step % kHeldTo == 0) return players;
  const auto player_of = [](const std::string& who) {  // "discriminator" of "discriminator_a"
    return who.substr(0, who.find('_'));
  };
  for (const auto& [who, since] : winning_since_) {
    if (step - since >= kSaturated) players.insert(player_of(who));
  }
  for (const auto& [who, loss] : losses_) {  // one side that is in balance lets it play
    const auto since = winning_since_.find(who);
    if (since == winning_since_.end() || step - since->second < kSaturated) {
      players.erase(player_of(who));
    }
  }
  return players;
}

std::optional<std::string> Watchdog::hear_figures(const PlayedTerms& figures) {
  constexpr int64_t kSure = 3;  // validations in a row
  const auto grid = std::find_if(figures.begin(), figures.end(), [](const auto& figure) {
    return figure.first.rfind("grid", 0) == 0 && figure.second > kMostGrid;
  });
  grids_ = grid == figures.end() ? 0 : grids_ + 1;
  if (grids_ != kSure) return std::nullopt;
  return c10::str(
      "a checkerboard shows since three validations: ", grid->first, " is ", grid->second,
      " (1 is the originals'); what usually helps: --upsampling nearest, a longer run, a smaller "
      "--lr");
}

NamedTensors Watchdog::state() const {
  NamedTensors state;
  for (const auto& [who, loss] : losses_) {
    const auto since = winning_since_.find(who);
    const double numbers[] = {loss, since == winning_since_.end() ? kNever : double(since->second)};
    state.emplace_back(kTellsApart + who, at::tensor(at::ArrayRef<double>(numbers), at::kDouble));
  }
  for (const auto& [name, seen] : terms_) {
    const double numbers[] = {seen.mean, static_cast<double>(seen.count),
                              static_cast<double>(seen.spike)};
    state.emplace_back(name, at::tensor(at::ArrayRef<double>(numbers), at::kDouble));
  }
  return state;
}

void Watchdog::load(const NamedTensors& state) {
  terms_.clear();
  winning_since_.clear();
  losses_.clear();
  said_.clear();
  grids_ = 0;
  for (const auto& [name, numbers] : state) {
    if (name.rfind(kTellsApart, 0) == 0) {
      const auto who = name.substr(std::string(kTellsApart).size());
      losses_[who] = numbers[0].item<double>();
      const double since = numbers[1].item<double>();
      if (since != kNever) winning_since_[who] = std::llround(since);
      continue;
    }
    terms_[name] = {numbers[0].item<double>(), std::llround(numbers[1].item<double>()),
                    std::llround(numbers[2].item<double>())};
  }
}

}  // namespace ganvas
