// What was measured of a model, for people, files and pages.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// A measured number.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;  // "dB", "levels"; what 1 stands for: "of all", "of the original's"
  int digits = 4;    // behind the point, that are worth reading
};
using Figures = std::vector<Figure>;

/// The value of that name. Throws Error if there is none.
double value_of(const Figures& figures, const std::string& name);

/// The figures of the model, or of what it is compared with.
struct ReportRow {
  std::string name;           // "model", "bicubic"
  Figures figures;            // of all images
  std::vector<Figures> each;  // of each image, or none
};

using TextTable = std::vector<std::vector<std::string>>;

/// Versions of one image.
struct Comparison {
  std::string name;
  std::vector<std::pair<std::string, Image>> versions;
};

/// What was measured of a model.
struct Report {
  std::string protocol;             // in words
  std::vector<ReportRow> rows;      // one of them is "model"
  std::vector<std::string> names;   // of the images that ReportRow::each is about
  TextTable confusion = {};         // of a classifier: a header, then a row for each true class
  std::optional<Image> sheet = {};  // of images and what became of them, where asked for
  std::vector<Comparison> comparisons = {};    // where asked for
  std::vector<std::vector<Tensor>> made = {};  // some images from noise, of each domain
  std::optional<double> score =
      {};  // the lower the better; none where no figure tells which is best

  const ReportRow& row(const std::string& name) const;
};

/// A report of the model alone.
Report report_of_model(std::string protocol, Figures figures);

/// For the terminal and pages: a line for each row's figures; of a model alone one for each figure.
TextTable report_table(const Report& report);

/// One line for each image and row.
std::string to_csv(const Report& report);

/// Protocol and figures, those of each image where there are such.
std::string to_json_text(const Report& report);

}  // namespace ganvas
