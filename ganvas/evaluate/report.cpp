// What was measured of a model, for people, files and pages.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/json.h"

namespace ganvas {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

/// As people write it: "PSNR (dB)".
std::string title_of(const Figure& figure) {
  static const std::map<std::string, std::string> titles = {{"l1", "L1 (levels)"},
                                                            {"psnr", "PSNR (dB)"},
                                                            {"ssim", "SSIM"},
                                                            {"features", "feature distance"}};
  const auto found = titles.find(figure.name);
  return found == titles.end() ? figure.name : found->second;
}

const Figure* find_figure(const Figures& figures, const std::string& name) {
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [&](const Figure& figure) { return figure.name == name; });
  return found == figures.end() ? nullptr : &*found;
}

/// The figures of the last row, of which others may lack one.
const Figures& columns_of(const Report& report) {
  return report.rows.back().figures;
}

/// A field of a CSV file, RFC 4180.
std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

Json to_json(const Figures& figures) {
  Json json = Json::object();
  for (const auto& figure : figures) json[figure.name] = figure.value;
  return json;
}

}  // namespace

double value_of(const Figures& figures, const std::string& name) {
  const auto* figure = find_figure(figures, name);
  require(figure != nullptr, "report: has no figure ", name);
  return figure->value;
}

const ReportRow& Report::row(const std::string& wanted) const {
  for (const auto& row : rows) {
    if (row.name == wanted) return row;
  }
  throw Error("report: has no row " + wanted);
}

Report report_of_model(std::string protocol, Figures figures) {
  return {std::move(protocol), {{"model", std::move(figures), {}}}, {}};
}

TextTable report_table(const Report& report) {
  require(!report.rows.empty(), "report: has no rows");
  if (report.names.empty()) {
    TextTable table = {{"figure", "value"}};
    for (const auto& f : report.rows.back().figures) {
      table.push_back({f.name, fixed(f.value, f.digits)});
    }
    return table;
  }
  TextTable table = {{""}};
  for (const auto& column : columns_of(report)) table[0].push_back(title_of(column));
  for (const auto& row : report.rows) {
    table.push_back({row.name});
    for (const auto& column : columns_of(report)) {
      const auto* figure = find_figure(row.figures, column.name);
      table.back().push_back(figure == nullptr ? "-" : fixed(figure->value, figure->digits));
    }
  }
  return table;
}

std::string to_csv(const Report& report) {
  constexpr int kMoreDigits = 2;  // of one image, than of a mean
  std::string text = "name,row";
  for (const auto& column : columns_of(report)) text += "," + column.name;
  text += "\n";
  for (size_t i = 0; i < report.names.size(); ++i) {
    for (const auto& row : report.rows) {
      text += quoted(report.names[i]) + "," + quoted(row.name);
      for (const auto& column : columns_of(report)) {
        const auto* figure = find_figure(row.each[i], column.name);
        text += ",";
        if (figure != nullptr) text += fixed(figure->value, figure->digits + kMoreDigits);
      }
      text += "\n";
    }
  }
  return text;
}

std::string to_json_text(const Report& report) {
  Json json = {{"protocol", report.protocol}};
  if (report.names.empty()) {
    json.update(to_json(report.rows.back().figures));
  } else {
    json["images"] = report.names.size();
    for (const auto& row : report.rows) json["mean"][row.name] = to_json(row.figures);
  }
  if (!report.confusion.empty()) json["confusion"] = report.confusion;
  for (size_t i = 0; i < report.names.size(); ++i) {
    Json item = {{"name", report.names[i]}};
    for (const auto& row : report.rows) item[row.name] = to_json(row.each[i]);
    json["pairs"].push_back(item);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ganvas
