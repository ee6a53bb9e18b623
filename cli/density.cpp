// ganvas density: samples of a density that is given, not learned.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/tensor.h>

#include "cli/command.h"
#include "cli/numbers.h"
#include "cli/results.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "ganvas/image/sheet.h"
#include "ganvas/report/chart.h"
#include "ganvas/sampling/expression.h"

namespace ganvas {
namespace {

constexpr int64_t kBins = 60;        // of the histogram
constexpr int64_t kMostSide = 1000;  // of an image as density, pixels
constexpr int64_t kShownSide = 200;  // of the image of a plane's samples

struct DensityConfig {
  std::string density;  // an expression or a file
  double from = -5, to = 5;
  int64_t count = 1000;
  int64_t seed = 0;
  std::string plot;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("from", from, "an expression's range", Range{-1e9, 1e9});
    v("to", to, "its other end", Range{-1e9, 1e9});
    v("count", count, "samples to draw", Range{1, 1e8});
    v("seed", seed, "of the samples", Range{0, 1e15});
    v("plot", plot,
      "on a line: density, cumulative form and histogram of the samples (.svg); in the plane: the "
      "image beside where the samples fell (.png)");
  }
};

/// Throws UsageError unless a plot can be written to a file of this name.
void require_plot_file(const DensityConfig& config) {
  const fs::path plot = config.plot;
  const bool is_plane = has_image_name(config.density);
  const bool fits = is_plane ? has_image_name(plot) : plot.extension() == ".svg";
  require_usage(plot.empty() || fits, "--plot: got ", config.plot,
                ", expected a name that ends in ", is_plane ? ".png" : ".svg");
}

std::string line_plot(const LineDensity& density, const std::vector<double>& samples) {
  const double width = (density.to() - density.from()) / static_cast<double>(kBins);
  std::vector<double> counts(kBins, 0);
  for (const double x : samples) {
    const auto bin = static_cast<int64_t>((x - density.from()) / width);
    ++counts[static_cast<size_t>(std::min(bin, kBins - 1))];
  }
  Curve exact{"density", {}}, drawn{"samples", {}}, cumulative{"cumulative", {}};
  for (int64_t i = 0; i < kBins; ++i) {
    const double left = density.from() + width * static_cast<double>(i), middle = left + width / 2;
    const auto share = counts[static_cast<size_t>(i)] / static_cast<double>(samples.size()) / width;
    exact.points.emplace_back(middle, density.density(middle));
    drawn.points.emplace_back(left, share);
    drawn.points.emplace_back(left + width, share);
    cumulative.points.emplace_back(middle, density.cumulative(middle));
  }
  return line_chart("Density, its cumulative form, and the histogram of the samples", "x",
                    {exact, drawn, cumulative});
}

int sample_line(const LineDensity& density, const DensityConfig& config, const fs::path& out) {
  Random random(static_cast<uint64_t>(config.seed));
  if (std::abs(density.mass() - 1) > 1e-3) {
    note(c10::str("normalised: the integral from ", density.from(), " to ", density.to(), " was ",
                  density.mass()));
  }
  const auto samples = density.sample(config.count, random);
  write_numbers(at::tensor(samples, at::kDouble).unsqueeze(1), "x", out);
  if (!config.plot.empty()) write_file(config.plot, line_plot(density, samples));
  return kDone;
}

int sample_plane(const Image& image, const DensityConfig& config, const fs::path& out) {
  auto levels = (to_tensor(image, 1) + 1) / 2;
  const int64_t longest = std::max(image.width, image.height);
  if (longest > kMostSide) {
    const auto reduced = [&](int64_t side) {
      return std::max<int64_t>(1, side * kMostSide / longest);
    };
    levels = (resize(levels * 2 - 1, reduced(image.height), reduced(image.width)) + 1) / 2;
  }
  const PlaneDensity density(levels[0]);
  Random random(static_cast<uint64_t>(config.seed));
  const auto points = density.sample(config.count, random);
  write_numbers(points, "x,y", out);
  if (config.plot.empty()) return kDone;
  const auto counts = count_points(points, kShownSide, kShownSide).to(at::kFloat);
  const auto shown = (counts / counts.max() * 2 - 1).unsqueeze(0);
  write_image(make_sheet({{resize(levels * 2 - 1, kShownSide, kShownSide), shown}}), config.plot);
  return kDone;
}

}  // namespace

int run_density(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Draws samples of a density that is given: by an expression of x, a table, or a grey "
      "image. They are drawn by inverting its cumulative form.",
      "ganvas density");
  std::string source, out;
  Settings given;
  expected.require(
      "density,--density", source,
      "an expression of x, as exp(-x^2/2); a table of x and density (.csv, .txt); or a "
      "grey image, brighter is denser");
  expected.require("-o,--out", out, "file of the samples, .csv or .npy");
  expected.take(describe(DensityConfig{}), given);
  if (!expected.parse(arguments)) return kDone;
  auto config = config_of<DensityConfig>(given);
  config.density = source;
  require_number_file(out);
  require_plot_file(config);
  require_results({{"--out", out}, {"--plot", config.plot}}, {source});
  const fs::path path = config.density;
  if (has_image_name(path)) return sample_plane(read_image(path), config, out);
  const bool is_table = path.extension() == ".csv" || path.extension() == ".txt";
  return sample_line(is_table ? density_of_table(read_file(path))
                              : density_of(config.density, config.from, config.to),
                     config, out);
}

}  // namespace ganvas
