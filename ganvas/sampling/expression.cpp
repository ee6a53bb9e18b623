// Functions of x from text, and tables of them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/expression.h"

#include <cmath>

#include <muParser.h>

#include "ganvas/core/error.h"
#include "ganvas/sampling/table.h"

namespace ganvas {

std::vector<double> evaluate(const std::string& expression, const std::vector<double>& places) {
  double x = 0;
  std::vector<double> values;
  try {
    mu::Parser parser;
    parser.DefineVar("x", &x);
    parser.DefineConst("pi", M_PI);
    parser.DefineConst("e", M_E);
    parser.SetExpr(expression);
    for (const double place : places) {
      x = place;
      values.push_back(parser.Eval());
    }
  } catch (const mu::Parser::exception_type& error) {
    throw UsageError(c10::str("--density: got '", expression, "': ", error.GetMsg(),
                              " Expected an expression of x, as exp(-x^2/2)"));
  }
  return values;
}

LineDensity density_of(const std::string& expression, double from, double to) {
  require_usage(std::isfinite(from) && std::isfinite(to) && from < to, "--from, --to: got ", from,
                " and ", to, ", expected the first below the second");
  constexpr int kCells = 4096;
  std::vector<double> knots;
  for (int i = 0; i <= kCells; ++i) knots.push_back(from + (to - from) * i / kCells);
  auto values = evaluate(expression, knots);
  return {std::move(knots), std::move(values)};
}

LineDensity density_of_table(const std::string& text) {
  std::vector<double> knots, values;
  for (const auto& row :
       read_table(text, "--density", 2, 2, "two numbers, x and the density there")) {
    knots.push_back(row[0]);
    values.push_back(row[1]);
  }
  return {std::move(knots), std::move(values)};
}

}  // namespace ganvas
