// Evenly spaced lines in a profile of steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/comb.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace ganvas {
namespace {

/// Of a share `on` where `expected` would be chance; 0 if it is less than that.
double divergence(double on, double expected) {
  if (on <= expected || expected <= 0 || expected >= 1) return 0;
  const double rest = 1 - on;
  return on * std::log(on / expected) + (rest > 0 ? rest * std::log(rest / (1 - expected)) : 0);
}

double sum_of(const std::vector<double>& profile) {
  return std::accumulate(profile.begin() + std::min<std::ptrdiff_t>(1, std::ssize(profile)),
                         profile.end(), 0.0);
}

/// fit_of() a profile whose sum is known.
CombFit fit_with(const std::vector<double>& profile, double total, const Comb& comb) {
  const auto places = static_cast<int64_t>(profile.size());
  double on = 0, weight = 0;
  for (double line = comb.period - comb.phase; line <= static_cast<double>(places - 1);
       line += comb.period) {
    const auto before = static_cast<int64_t>(line);
    const double share = line - static_cast<double>(before);
    if (before < 1) continue;
    on += (1 - share) * profile[static_cast<size_t>(before)];
    weight += 1 - share;
    if (before + 1 >= places) continue;
    on += share * profile[static_cast<size_t>(before + 1)];
    weight += share;
  }
  CombFit fit{comb};
  const auto count = static_cast<double>(places - 1);
  if (total <= 0 || weight <= 0 || weight >= count) return fit;
  fit.score = divergence(std::min(1.0, on / total), weight / count);
  fit.on_lines = on / weight;
  fit.between = std::max(0.0, total - on) / (count - weight);
  return fit;
}

}  // namespace

CombFit fit_of(const std::vector<double>& profile, const Comb& comb) {
  return fit_with(profile, sum_of(profile), comb);
}

CombFit best_comb(const std::vector<double>& profile, double least, double most) {
  constexpr double kPhaseStep = 0.5;  // pixels
  const auto length = static_cast<double>(profile.size());
  const double total = sum_of(profile);
  CombFit best;
  for (double period = least; period <= most; period += kPhaseStep * period / length) {
    for (double phase = 0; phase < period; phase += kPhaseStep) {
      const auto fit = fit_with(profile, total, {period, phase});
      if (fit.score > best.score) best = fit;
    }
  }
  return best;
}

}  // namespace ganvas
