// Evenly spaced lines in a profile of steps: one axis of a grid.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace ganvas {

/// Lines at k * period - phase for whole k.
struct Comb {
  double period = 8, phase = 0;  // phase in [0, period)
};

/// How much of a profile lies on a comb.
struct CombFit {
  Comb comb;
  double score = 0;  // how little chance explains it, in nats: Kullback-Leibler divergence of the
                     // share of the profile on the lines from the share of places that they are
  double on_lines = 0;  // mean of the profile on the lines
  double between = 0;   // and between them
};

/// profile: entry i is the mean step between the pixels i - 1 and i, >= 0; entry 0 is not looked at.
/// A line between two entries takes its share of both.
CombFit fit_of(const std::vector<double>& profile, const Comb& comb);

/// The comb of the highest score with a period in [least, most], every phase.
///   Cost: about profile.size()^2 * log(most / least) steps.
CombFit best_comb(const std::vector<double>& profile, double least, double most);

}  // namespace ganvas
