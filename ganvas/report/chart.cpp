// Line charts as SVG.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "ganvas/core/text.h"

namespace ganvas {
namespace {

constexpr double kWidth = 760, kHeight = 280, kLeft = 60, kRight = 20, kTop = 34, kBottom = 40;
constexpr size_t kMostPoints = 200;

struct Extent {
  double low, high;
  double share(double value) const { return (value - low) / (high - low); }
};

Curve thinned(const Curve& curve) {
  const size_t group = (curve.points.size() + kMostPoints - 1) / kMostPoints;
  if (group <= 1) return curve;
  Curve thin{curve.name, {}};
  for (size_t i = 0; i < curve.points.size(); i += group) {
    const size_t end = std::min(i + group, curve.points.size());
    double x = 0, y = 0;
    for (size_t k = i; k < end; ++k) {
      x += curve.points[k].first;
      y += curve.points[k].second;
    }
    const auto n = static_cast<double>(end - i);
    thin.points.emplace_back(x / n, y / n);
  }
  return thin;
}

template <typename Of>
Extent extent(const std::vector<Curve>& curves, Of of) {
  Extent all{1e300, -1e300};
  for (const auto& curve : curves) {
    for (const auto& point : curve.points) {
      all.low = std::min(all.low, of(point));
      all.high = std::max(all.high, of(point));
    }
  }
  if (all.low > all.high) return {0, 1};
  if (all.low == all.high) return {all.low - 1, all.high + 1};
  return all;
}

/// A round distance between about five ticks: 1, 2 or 5 times a power of ten.
double tick_distance(const Extent& e) {
  const double raw = (e.high - e.low) / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double leading = raw / power;
  return power * (leading < 1.5 ? 1 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10);
}

}  // namespace

std::string line_chart(const std::string& title, const std::string& x_label,
                       const std::vector<Curve>& curves) {
  const std::array<const char*, 6> colors = {"#0b6fb8", "#d1495b", "#3a7d44",
                                             "#8e5ea2", "#c77b0a", "#555"};
  std::vector<Curve> thin;
  for (const auto& curve : curves) thin.push_back(thinned(curve));
  const auto xs = extent(thin, [](const auto& p) { return p.first; });
  const auto ys = extent(thin, [](const auto& p) { return p.second; });
  const auto x_at = [&](double x) { return kLeft + xs.share(x) * (kWidth - kLeft - kRight); };
  const auto y_at = [&](double y) {
    return kHeight - kBottom - ys.share(y) * (kHeight - kTop - kBottom);
  };

  std::ostringstream svg;
  svg.precision(5);
  svg << "<svg viewBox=\"0 0 " << kWidth << " " << kHeight
      << "\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"sans-serif\" "
         "font-size=\"12\"><text x=\""
      << kLeft << "\" y=\"16\" font-weight=\"bold\">" << escaped(title) << "</text>";
  const auto tick = [&](double x1, double y1, double x2, double y2) {
    svg << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2
        << "\" stroke=\"#ddd\"/>";
  };
  const double dx = tick_distance(xs), dy = tick_distance(ys);
  for (double x = std::ceil(xs.low / dx) * dx; x <= xs.high; x += dx) {
    tick(x_at(x), kTop, x_at(x), kHeight - kBottom);
    svg << "<text text-anchor=\"middle\" x=\"" << x_at(x) << "\" y=\"" << kHeight - kBottom + 16
        << "\">" << x << "</text>";
  }
  for (double y = std::ceil(ys.low / dy) * dy; y <= ys.high; y += dy) {
    tick(kLeft, y_at(y), kWidth - kRight, y_at(y));
    svg << "<text text-anchor=\"end\" x=\"" << kLeft - 6 << "\" y=\"" << y_at(y) + 4 << "\">"
        << (std::abs(y) < dy / 1e6 ? 0 : y) << "</text>";
  }
  for (size_t i = 0; i < thin.size(); ++i) {
    const char* color = colors[i % colors.size()];
    svg << "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" << color << "\" points=\"";
    for (const auto& [x, y] : thin[i].points) svg << x_at(x) << "," << y_at(y) << " ";
    svg << "\"/><text x=\"" << kLeft + 220 + 130 * static_cast<double>(i) << "\" y=\"16\" fill=\""
        << color << "\">" << escaped(thin[i].name) << "</text>";
  }
  svg << "<text text-anchor=\"middle\" x=\"" << kWidth / 2 << "\" y=\"" << kHeight - 6 << "\">"
      << escaped(x_label) << "</text></svg>";
  return svg.str();
}

}  // namespace ganvas
