// Functions of x from text, by muParser: arithmetic, sin, exp, pi and the like, nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/sampling/density.h"

namespace ganvas {

/// The values of an expression of x, as "exp(-x^2/2)", at each of `places`.
///   Throws UsageError, with the position, on text that is no such expression.
std::vector<double> evaluate(const std::string& expression, const std::vector<double>& places);

/// The density that an expression is between two places, linear between 4097 knots.
///   Throws UsageError on values that are no density.
LineDensity density_of(const std::string& expression, double from, double to);

/// A density from lines of text "x,density", as read_table() reads them.
LineDensity density_of_table(const std::string& text);

}  // namespace ganvas
