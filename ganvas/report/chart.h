// Charts as SVG.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ganvas {

/// A named curve: points (x, y) in the order of x.
struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

/// A line chart as SVG, with axes, ticks and a legend. Long curves are thinned to means.
std::string line_chart(const std::string& title, const std::string& x_label,
                       const std::vector<Curve>& curves);

}  // namespace ganvas
