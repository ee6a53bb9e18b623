// Evenly spaced lines in a profile of steps: one axis of a grid.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace ganvas {

/// Lines at k * period - phase for whole k.
struct Comb {
  double period = 8, phase = 0;  // phase in [0, period)
};

/// The comb with its origin moved: a line at x lies at x + by.
Comb moved(const Comb& comb, double by);

/// How much a profile rises on the lines of a comb.
struct CombFit {
  Comb comb;
  double on = 0, between = 0;  // mean of the profile on the lines, and between them

  /// log of their ratio; what is between never counts as nothing.
  double contrast() const;
};

/// profile: entry i is the mean step between the pixels i - 1 and i, >= 0; entry 0 is not looked at.
/// A line between two entries takes its share of both. No contrast without two lines.
CombFit fit_of(const std::vector<double>& profile, const Comb& comb);

/// The comb of the highest contrast with a period in [least, most], every phase; none if no contrast
/// is more than `least_contrast`, which is often seen at once.
CombFit best_comb(const std::vector<double>& profile, double least, double most,
                  double least_contrast);

/// How much the lines of a comb stand out from any other places of its period: log of the mean on the
/// lines over the mean at the highest of these places, beyond what blur reaches. About 0 for
/// multiples of the true period, and by chance.
double standing_out(const std::vector<double>& profile, const Comb& comb);

/// The comb that stands out most near another one, or near its multiples and parts: the period
/// changed by so little that no line moves by more than a few pixels, the phase alike. Whole periods
/// and phases win over fractions that are hardly better.
CombFit refit(const std::vector<double>& profile, const Comb& near);

}  // namespace ganvas
