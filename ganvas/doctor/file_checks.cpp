// What is wrong with single files.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "ganvas/doctor/findings.h"
#include "ganvas/image/formats.h"

namespace ganvas {
namespace {

/// A fault for each record that can be read and is so.
template <typename Is>
std::vector<Fault> faults_where(const Survey& survey, const Is& says) {
  std::vector<Fault> faults;
  for (const auto& record : survey.records) {
    if (!record.error.empty()) continue;
    const std::string text = says(record);
    if (!text.empty()) faults.push_back({{record.path}, text});
  }
  return faults;
}

int64_t readable_count(const Survey& survey) {
  return std::count_if(survey.records.begin(), survey.records.end(),
                       [](const Record& record) { return record.error.empty(); });
}

/// The faults, unless they are more than a share of all images: then it is how these data are.
std::vector<Fault> if_few(std::vector<Fault> faults, const Survey& survey, double share) {
  const auto most = share * static_cast<double>(readable_count(survey));
  if (static_cast<double>(faults.size()) > std::max(1.0, most)) return {};
  return faults;
}

/// An error's text without the path, which stands before it already.
std::string without_path(const Record& record) {
  const auto before = record.path.string() + ": ";
  return record.error.rfind(before, 0) == 0 ? record.error.substr(before.size()) : record.error;
}

std::vector<Fault> unreadable(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& record : survey.records) {
    if (!record.error.empty()) faults.push_back({{record.path}, without_path(record)});
  }
  for (const auto& pair : survey.pairs) {
    if (!pair.error.empty()) faults.push_back({pair.files, pair.error});
  }
  return faults;
}

std::vector<Fault> missing(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& text : survey.missing) faults.push_back({{}, text});
  return faults;
}

std::vector<Fault> mislabelled(const Survey& survey) {
  return faults_where(survey, [](const Record& record) -> std::string {
    const auto* named = format_named(record.path);
    if (named == nullptr || named->name == record.format) return "";
    return "is a " + record.format;
  });
}

std::vector<Fault> not_read(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& path : survey.passed_over) {
    if (is_other_image(path)) faults.push_back({{path}, "is of a kind that is not read"});
  }
  return faults;
}

std::vector<Fault> no_images(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& path : survey.passed_over) {
    if (!is_other_image(path)) faults.push_back({{path}, "is no image by its name"});
  }
  return faults;
}

std::vector<Fault> extreme_sizes(const Survey& survey) {
  constexpr int64_t kLeast = 16, kMost = 50'000'000;
  constexpr double kMostAspect = 4;
  const double sides = survey.layout == "side-by-side" ? 2 : 1;
  return faults_where(survey, [&](const Record& record) -> std::string {
    const auto width = static_cast<double>(record.width) / sides;
    const auto height = static_cast<double>(record.height);
    const bool is_odd = std::max(width / height, height / width) > kMostAspect;
    const bool is_extreme = std::min(width, height) < kLeast || width * height > kMost || is_odd;
    return is_extreme ? c10::str("is ", record.width, " x ", record.height) : "";
  });
}

std::vector<Fault> other_sizes(const Survey& survey) {
  std::map<std::pair<int64_t, int64_t>, int64_t> counts;
  for (const auto& record : survey.records) {
    if (record.error.empty()) ++counts[{record.width, record.height}];
  }
  if (counts.empty()) return {};
  const auto usual =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      })->first;
  auto faults = faults_where(survey, [&](const Record& record) -> std::string {
    if (std::pair(record.width, record.height) == usual) return "";
    return c10::str("is ", record.width, " x ", record.height, ", others are ", usual.first, " x ",
                    usual.second);
  });
  return if_few(std::move(faults), survey, 0.1);
}

std::vector<Fault> grey_among_colours(const Survey& survey) {
  auto faults = faults_where(survey, [](const Record& record) -> std::string {
    if (!record.is_grey) return "";
    return record.channels < 3 ? "is grey" : "is grey, stored as colour";
  });
  return if_few(std::move(faults), survey, 0.2);
}

std::vector<Fault> sixteen_bits(const Survey& survey) {
  return faults_where(survey, [](const Record& record) -> std::string {
    return record.bits == 16 ? "has 16 bits" : "";
  });
}

std::vector<Fault> with_alpha(const Survey& survey) {
  return faults_where(survey, [](const Record& record) -> std::string {
    return record.channels % 2 == 0 ? "has alpha; the colours under it are learned from" : "";
  });
}

std::vector<Fault> blank(const Survey& survey) {
  constexpr double kLevels = 1;
  return faults_where(survey, [](const Record& record) -> std::string {
    return record.contrast < kLevels ? "is of one colour" : "";
  });
}

}  // namespace

std::vector<Check> file_checks() {
  return {
      {"unreadable", Severity::kError, Cure::kSetAside, "replace them, or set them aside",
       unreadable},
      {"list", Severity::kError, Cure::kNone, "correct the list; trainings stop at such a line",
       missing},
      {"mislabelled", Severity::kNote, Cure::kNone,
       "they are read by their contents; other programs may stumble", mislabelled},
      {"not read", Severity::kWarning, Cure::kNone, "convert them to PNG, or they are left out",
       not_read},
      {"no images", Severity::kNote, Cure::kNone, "they are left out", no_images},
      {"extreme sizes", Severity::kWarning, Cure::kNone, "resizing distorts or blurs them",
       extreme_sizes},
      {"other sizes", Severity::kWarning, Cure::kNone,
       "all others are of one size: are they the same kind?", other_sizes},
      {"grey among colours", Severity::kNote, Cure::kNone,
       "a generator learns to make grey images from them", grey_among_colours},
      {"16 bits", Severity::kNote, Cure::kNone,
       "they are learned from as they are, in four times the memory of 8 bits", sixteen_bits},
      {"alpha", Severity::kWarning, Cure::kNone, "lay them on a background first", with_alpha},
      {"blank", Severity::kWarning, Cure::kNone, "there is nothing to learn in them", blank},
  };
}

}  // namespace ganvas
