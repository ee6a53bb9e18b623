// One step of a game: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/methods/method.h"
#include "ganvas/train/optimizer.h"

namespace ganvas {

/// One optimizer for each player, by its name.
using Optimizers = std::map<std::string, Adam>;

/// The optimizers of a game, with the state's names taken from the method's parameters.
Optimizers make_optimizers(const Method& method, const Game& game);

/// Every parameter that the player may move, by its name in the method.
NamedTensors parameters_of(const Method& method, const Player& player);

/// What the terms of a player's loss were in a step: name and value.
using PlayedTerms = std::vector<std::pair<std::string, double>>;

/// Plays one step: the shared forward pass, then each player's loss, gradient and move.
///
/// A player's gradient is taken with respect to its own parameters only, so nobody needs freezing
/// and no gradient reaches another player's network.
///
///   returns: the terms of each player that played, named "player.term"
///   Throws Error naming the term if a loss is not finite; that player has then not moved.
PlayedTerms play_step(Method& method, const Game& game, Optimizers& optimizers, const Batch& batch,
                      int64_t step, double lr_factor, const Machine& machine);

}  // namespace ganvas
