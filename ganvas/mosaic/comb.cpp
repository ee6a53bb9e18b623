// Evenly spaced lines in a profile of steps.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/comb.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>

namespace ganvas {
namespace {

constexpr double kWide = 10;                             // pixels
constexpr double kPhaseStep = 0.5;                       // pixels
constexpr double kLeastPeriod = 2.9, kMostPeriod = 100;  // the same

double sum_of(const std::vector<double>& profile) {
  return std::accumulate(profile.begin() + std::min<std::ptrdiff_t>(1, std::ssize(profile)),
                         profile.end(), 0.0);
}

/// fit_of() a profile whose sum is known.
CombFit fit_with(const std::vector<double>& profile, double total, const Comb& comb) {
  constexpr double kLeastLines = 1.9;
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
  if (weight < kLeastLines || weight >= count) return fit;
  fit.on = on / weight;
  fit.between = std::max(0.0, total - on) / (count - weight);
  return fit;
}

double ratio_of(const CombFit& fit) {
  constexpr double kNothing = 0.15;  // a difference of a fiftieth of a level
  return (fit.on + kNothing) / (fit.between + kNothing);
}

/// The comb of the highest contrast near another one.
CombFit fit_near(const std::vector<double>& profile, const Comb& near) {
  constexpr double kMostMoved = 2, kHardly = 0.88;
  const auto length = static_cast<double>(profile.size());
  const double total = sum_of(profile);
  CombFit best = fit_with(profile, total, near);
  // A small change of the period moves far lines much: the line in the middle is what stays.
  const double middle =
      std::round((length / 2 + near.phase) / near.period) * near.period - near.phase;
  const double reach = std::min(0.04, 2 * kMostMoved / length) * near.period;
  const double step = std::max(0.01, 0.25 * near.period / length);
  for (double period = near.period - reach; period <= near.period + reach; period += step) {
    for (double by = -1.5; by <= 1.5; by += 0.125) {
      const auto fit = fit_with(profile, total, moved({period, 0}, middle + by));
      if (ratio_of(fit) > ratio_of(best)) best = fit;
    }
  }
  const double whole = std::round(best.comb.period);
  // By so much that the last line is a pixel from where it would be.
  if (std::abs(whole - best.comb.period) > std::max(0.05, near.period / length)) return best;
  CombFit even;
  for (double phase = 0; phase < whole; phase += 1) {
    const auto fit = fit_with(profile, total, {whole, phase});
    if (fit.contrast() > even.contrast()) even = fit;
  }
  return even.contrast() >= kHardly * best.contrast() ? even : best;
}

/// What no comb with a period in [least, most] exceeds: the ratio if its lines were the highest
/// entries.
double most_ratio_of(std::vector<double> profile, double least, double most) {
  if (profile.size() < 4) return 0;
  std::sort(profile.begin() + 1, profile.end(), std::greater<>());
  const auto length = static_cast<double>(profile.size() - 1);
  const auto fewest = std::max<size_t>(2, static_cast<size_t>(length / most));
  const auto lines =
      std::min(profile.size() - 2, static_cast<size_t>(std::ceil(length / least)) + 1);
  const auto mean = [&](size_t begin, size_t end) {
    const auto at = [&](size_t i) { return profile.begin() + static_cast<std::ptrdiff_t>(i); };
    return std::accumulate(at(begin), at(end), 0.0) / static_cast<double>(end - begin);
  };
  CombFit fit;
  fit.on = mean(1, 1 + std::min(fewest, profile.size() - 1));
  fit.between = mean(1 + lines, profile.size());
  return ratio_of(fit);
}

/// What three of ten lines do not reach: of a part of the true period, that is as low as between lines.
double weaker_line(const std::vector<double>& profile, const Comb& comb) {
  std::vector<double> lines;
  for (double line = comb.period - comb.phase; line + 1 < static_cast<double>(profile.size());
       line += comb.period) {
    const auto before = static_cast<size_t>(line);
    if (before < 1) continue;
    const double share = line - static_cast<double>(before);
    lines.push_back((1 - share) * profile[before] + share * profile[before + 1]);
  }
  if (lines.empty()) return 0;
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(3 * lines.size() / 10);
  std::nth_element(lines.begin(), at, lines.end());
  return *at;
}

}  // namespace

Comb moved(const Comb& comb, double by) {
  const double phase = std::fmod(comb.phase - by, comb.period);
  return {comb.period, phase < 0 ? phase + comb.period : phase + 0.0};
}

double CombFit::contrast() const {
  return std::log(ratio_of(*this));
}

CombFit fit_of(const std::vector<double>& profile, const Comb& comb) {
  return fit_with(profile, sum_of(profile), comb);
}

CombFit best_comb(const std::vector<double>& profile, double least, double most,
                  double least_contrast) {
  const auto length = static_cast<double>(profile.size());
  const double total = sum_of(profile);
  CombFit best;
  double most_ratio = std::exp(least_contrast);
  if (most_ratio_of(profile, least, most) < most_ratio) return best;
  for (double period = least; period <= most; period += kPhaseStep * period / length) {
    // Of wide cells, whole pixels will do: refit() does the rest.
    const double step = period < kWide ? kPhaseStep : 2 * kPhaseStep;
    for (double phase = 0; phase < period; phase += step) {
      const auto fit = fit_with(profile, total, {period, phase});
      const double ratio = ratio_of(fit);
      if (ratio <= most_ratio) continue;
      most_ratio = ratio;
      best = fit;
    }
  }
  return best;
}

double standing_out(const std::vector<double>& profile, const Comb& comb) {
  constexpr double kAboveWeaker = 1.3;
  const double reach = comb.period >= 6 ? 1.6 : 1.1;  // of blur, pixels
  const auto bins = static_cast<size_t>(std::ceil(comb.period));
  std::vector<double> sums(bins, 0), counts(bins, 0);
  for (size_t i = 1; i < profile.size(); ++i) {
    const double place = std::fmod(static_cast<double>(i) + comb.phase, comb.period);
    if (std::min(place, comb.period - place) < reach) continue;
    const auto bin = std::min(bins - 1, static_cast<size_t>(place));
    sums[bin] += profile[i];
    counts[bin] += 1;
  }
  CombFit fit = fit_of(profile, comb);
  fit.on = std::min(fit.on, kAboveWeaker * weaker_line(profile, comb));
  for (size_t bin = 0; bin < bins; ++bin) {
    if (counts[bin] > 0) fit.between = std::max(fit.between, sums[bin] / counts[bin]);
  }
  return fit.contrast();
}

CombFit refit(const std::vector<double>& profile, const Comb& near) {
  // Of few lines the better half may stand out by chance.
  constexpr double kOfPart = 1, kOfMultiple = 1.2;
  CombFit best = fit_near(profile, near);
  double most = standing_out(profile, best.comb);
  const auto consider = [&](const Comb& comb, double least_share) {
    if (comb.period < kLeastPeriod || comb.period > kMostPeriod) return;
    const auto fit = fit_near(profile, comb);
    const double out = standing_out(profile, fit.comb);
    if (out <= least_share * most) return;
    most = out;
    best = fit;
  };
  for (const double part : {2.0, 3.0}) {
    consider({near.period / part, std::fmod(near.phase, near.period / part)}, kOfPart);
  }
  for (const double times : {2.0, 3.0}) {
    for (double at = 0; at < times; ++at) {
      consider(moved({near.period * times, near.phase}, at * near.period), kOfMultiple);
    }
  }
  return best;
}

}  // namespace ganvas
