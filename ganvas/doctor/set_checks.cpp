// What is wrong with sets of images.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "ganvas/data/layout.h"
#include "ganvas/doctor/findings.h"

namespace ganvas {
namespace {

std::string place_of(const Record& record) {
  auto name = split_name(record.split);
  if (record.side != Side::kBoth) name += record.side == Side::kA ? "A" : "B";
  return record.label.empty() ? name : name + "/" + record.label;
}

std::vector<const Record*> readable_records(const Survey& survey) {
  std::vector<const Record*> records;
  for (const auto& record : survey.records) {
    if (record.error.empty()) records.push_back(&record);
  }
  return records;
}

/// Images that are equal to an earlier one: the later, then the earlier. An image of a pair may well be the
/// same on both sides of others.
enum class Where { kWithin, kAcross };

bool is_across(const Record& a, const Record& b) {
  return a.split != b.split;
}

/// The one that is better away: of two splits train's, which is the larger.
Fault fault_of(const Record& first, const Record& second, const std::string& text) {
  const bool takes_first = is_across(first, second) && first.split == Split::kTrain;
  const auto& away = takes_first ? first : second;
  const auto& stays = takes_first ? second : first;
  return {{away.path, stays.path}, text + " in " + place_of(stays)};
}

/// Two images of a folder of pairs, one of each side, belong together however alike they are.
bool may_be_alike(const Survey& survey, const Record& a, const Record& b) {
  return survey.layout == "folders" && a.side != b.side;
}

std::vector<Fault> equal_files(const Survey& survey, Where where) {
  std::vector<Fault> faults;
  std::map<uint64_t, std::vector<const Record*>> by_contents;
  for (const auto* record : readable_records(survey))
    by_contents[record->contents].push_back(record);
  for (const auto& [contents, records] : by_contents) {
    for (size_t i = 1; i < records.size(); ++i) {
      if (may_be_alike(survey, *records[0], *records[i])) continue;
      if (is_across(*records[0], *records[i]) != (where == Where::kAcross)) continue;
      faults.push_back(fault_of(*records[0], *records[i], "is the same file as one"));
    }
  }
  return faults;
}

bool is_alike(const Record& a, const Record& b) {
  constexpr int kMostBits = 6;       // of 64
  constexpr double kMostLevels = 5;  // mean difference of the thumbnails
  constexpr double kTextured = 10;   // levels, under which anything is alike
  if (std::popcount(a.likeness ^ b.likeness) > kMostBits) return false;
  if (a.contents == b.contents || std::min(a.contrast, b.contrast) < kTextured) return false;
  return (a.thumbnail - b.thumbnail).abs().mean().item<double>() < kMostLevels;
}

std::vector<Fault> alike_files(const Survey& survey, Where where) {
  std::vector<Fault> faults;
  const auto records = readable_records(survey);
  for (size_t j = 1; j < records.size(); ++j) {
    for (size_t i = 0; i < j; ++i) {
      if (may_be_alike(survey, *records[i], *records[j])) continue;
      if (is_across(*records[i], *records[j]) != (where == Where::kAcross)) continue;
      if (!is_alike(*records[i], *records[j])) continue;
      faults.push_back(fault_of(*records[i], *records[j], "looks like one"));
      break;
    }
  }
  return faults;
}

std::vector<Fault> equal_within(const Survey& survey) {
  return equal_files(survey, Where::kWithin);
}
std::vector<Fault> equal_across(const Survey& survey) {
  return equal_files(survey, Where::kAcross);
}
std::vector<Fault> alike_within(const Survey& survey) {
  return alike_files(survey, Where::kWithin);
}
std::vector<Fault> alike_across(const Survey& survey) {
  return alike_files(survey, Where::kAcross);
}

std::map<std::string, int64_t> counts_of(const Survey& survey, Split split) {
  std::map<std::string, int64_t> counts;
  for (const auto* record : readable_records(survey)) {
    if (record->split == split) ++counts[place_of(*record)];
  }
  return counts;
}

std::vector<Fault> imbalance(const Survey& survey) {
  constexpr int64_t kMostTimes = 10;
  std::vector<Fault> faults;
  const auto counts = counts_of(survey, Split::kTrain);
  if (counts.size() < 2) return faults;
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end(), by_count);
  if (most->second < kMostTimes * fewest->second) return faults;
  return {Fault{{},
                c10::str(fewest->first, " has ", fewest->second, " images, ", most->first, " ",
                         most->second)}};
}

std::vector<Fault> too_few(const Survey& survey) {
  constexpr int64_t kFew = 50;
  std::vector<Fault> faults;
  for (const auto& [place, count] : counts_of(survey, Split::kTrain)) {
    if (count < kFew) faults.push_back({{}, c10::str(place, " has ", count, " images")});
  }
  return faults;
}

std::vector<Fault> empty_classes(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& folder : survey.empty_folders) faults.push_back({{folder}, "has no images"});
  return faults;
}

std::vector<Fault> hidden_folders(const Survey& survey) {
  const std::string text = "is of a system or an archive";
  std::vector<Fault> faults;
  for (const auto& folder : survey.hidden_folders) faults.push_back({{folder}, text});
  return faults;
}

std::vector<Fault> no_validation(const Survey& survey) {
  const auto has = [&](Split split) {
    return std::any_of(survey.records.begin(), survey.records.end(),
                       [split](const Record& record) { return record.split == split; });
  };
  if (has(Split::kVal) || has(Split::kTest)) return {};
  return {Fault{{}, "there is no val/ and no test/"}};
}

}  // namespace

std::vector<Check> set_checks() {
  constexpr auto kTwice = "they count twice";
  constexpr auto kLeak = "what is measured on them is learned by heart";
  return {
      {"in two splits", Severity::kError, Cure::kSetAside, kLeak, equal_across},
      {"alike in two splits", Severity::kWarning, Cure::kNone, kLeak, alike_across},
      {"duplicates", Severity::kWarning, Cure::kSetAside, kTwice, equal_within},
      {"alike", Severity::kWarning, Cure::kNone, kTwice, alike_within},
      {"imbalance", Severity::kWarning, Cure::kNone, "the larger is learned at the smaller's cost",
       imbalance},
      {"empty folders", Severity::kWarning, Cure::kNone, "remove them, or fill them",
       empty_classes},
      {"few images", Severity::kNote, Cure::kNone, "--augment, and short runs, help a little",
       too_few},
      {"no validation", Severity::kNote, Cure::kNone,
       "no best checkpoint is kept; put some images into val/", no_validation},
      {"hidden folders", Severity::kNote, Cure::kNone, "they are passed over", hidden_folders},
  };
}

std::vector<Finding> findings_of(const Survey& survey) {
  std::vector<Finding> findings;
  for (const auto& rows : {file_checks(), pair_checks(), set_checks()}) {
    for (const auto& row : rows) {
      auto faults = row.find(survey);
      if (faults.empty()) continue;
      findings.push_back({row.kind, row.severity, row.cure, row.advice, std::move(faults)});
    }
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return findings;
}

}  // namespace ganvas
