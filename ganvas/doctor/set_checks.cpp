// What is wrong with sets of images.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>

#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/doctor/findings.h"

namespace ganvas {
namespace {

std::vector<const Record*> readable_records(const Survey& survey) {
  std::vector<const Record*> records;
  for (const auto& record : survey.records) {
    if (record.error.empty()) records.push_back(&record);
  }
  return records;
}

constexpr int kMostBits = 6;  // of 64, in which the likeness of two images that are alike differs

/// Where two images lie: in one split, in two, or in both domains.
enum class Where { kWithin, kAcross, kBothDomains };

bool is_across(const Record& a, const Record& b) {
  return a.split != b.split;
}

/// The one that is better away comes first: train's, the largest, where it is in another split too.
Fault fault_of(const Record& first, const Record& second, const std::string& text) {
  const bool takes_first = is_across(first, second) && first.split == Split::kTrain;
  const auto& away = takes_first ? first : second;
  const auto& stays = takes_first ? second : first;
  return {{away.path, stays.path}, text + " in " + place_of(stays)};
}

/// The images of the other side of pairs in folders, by what they belong to.
class PartnerIndex {
 public:
  explicit PartnerIndex(const Survey& survey) {
    if (survey.layout != "folders") return;
    for (const auto& record : survey.records) partners_[key(record, record.side)] = &record;
  }

  /// Null if there is none.
  const Record* of(const Record& record) const {
    const auto found = partners_.find(key(record, record.side == Side::kA ? Side::kB : Side::kA));
    return found == partners_.end() ? nullptr : found->second;
  }

 private:
  static std::string key(const Record& record, Side side) {
    return c10::str(static_cast<int>(record.split), side == Side::kA ? "A" : "B", record.name);
  }

  std::map<std::string, const Record*> partners_;
};

bool are_equal_files(const Record& a, const Record& b) {
  return a.contents == b.contents && read_file(a.path) == read_file(b.path);
}

/// Sides of pairs are often alike, an empty mask say; pairs are there twice only if both sides are.
bool may_be_alike(const PartnerIndex& partners, const Record& a, const Record& b) {
  const auto* const of_a = partners.of(a);
  const auto* const of_b = partners.of(b);
  if (of_a == nullptr || of_b == nullptr) return false;
  if (a.side != b.side) return true;
  return of_a->contents != of_b->contents &&
         std::popcount(of_a->likeness ^ of_b->likeness) > kMostBits;
}

/// True for two images of the two domains: another fault than a duplicate.
bool are_of_both_domains(const Survey& survey, const Record& a, const Record& b) {
  return survey.layout == "unpaired" && a.side != b.side;
}

bool is_of(Where where, const Survey& survey, const Record& a, const Record& b) {
  if (are_of_both_domains(survey, a, b)) return where == Where::kBothDomains;
  return where == (is_across(a, b) ? Where::kAcross : Where::kWithin);
}

std::vector<Fault> equal_files(const Survey& survey, Where where) {
  std::vector<Fault> faults;
  const PartnerIndex partners(survey);
  std::map<uint64_t, std::vector<const Record*>> by_contents;
  for (const auto* record : readable_records(survey))
    by_contents[record->contents].push_back(record);
  for (const auto& [contents, records] : by_contents) {
    for (size_t j = 1; j < records.size(); ++j) {
      const auto* const later = records[j];
      const auto is_twin = [&, later](const Record* earlier) {
        return is_of(where, survey, *earlier, *later) &&
               !may_be_alike(partners, *earlier, *later) && are_equal_files(*earlier, *later);
      };
      const auto end = records.begin() + static_cast<std::ptrdiff_t>(j);
      const auto twin = std::find_if(records.begin(), end, is_twin);
      if (twin != end) faults.push_back(fault_of(**twin, *later, "is the same file as one"));
    }
  }
  return faults;
}

/// How one image is set beside another: as it is, or as its mirror image, which trainings show too.
enum class Look { kAsIs, kMirrored };

uint64_t likeness_of(const Record& record, Look look) {
  return look == Look::kMirrored ? record.mirrored : record.likeness;
}

/// The correlation of two thumbnails, which does not change with brightness and contrast.
double correlation_of(const Record& a, const Record& b, Look look) {
  constexpr size_t kSide = 16;
  double sum_a = 0, sum_b = 0, squares_a = 0, squares_b = 0, products = 0;
  for (size_t i = 0; i < a.thumbnail.size(); ++i) {
    const auto column = i % kSide;
    const auto j = look == Look::kMirrored ? i - column + kSide - 1 - column : i;
    const double x = a.thumbnail[i], y = b.thumbnail[j];
    sum_a += x, sum_b += y, squares_a += x * x, squares_b += y * y, products += x * y;
  }
  const auto count = static_cast<double>(a.thumbnail.size());
  const double spread = (squares_a - sum_a * sum_a / count) * (squares_b - sum_b * sum_b / count);
  return spread > 0 ? (products - sum_a * sum_b / count) / std::sqrt(spread) : 0;
}

/// True if `b`, looked at in that way, is alike.
bool is_alike(const Record& a, const Record& b, Look look) {
  // Of digits of 28 x 28 many are alike to 0.994; one saved anew as JPEG is to itself to 0.998.
  constexpr double kLeastCorrelation = 0.985, kLeastOfSmall = 0.997;
  constexpr int64_t kSmall = 48;
  constexpr double kTextured = 10;  // levels, under which anything is alike
  if (std::popcount(a.likeness ^ likeness_of(b, look)) > kMostBits) return false;
  if (a.contents == b.contents || std::min(a.contrast, b.contrast) < kTextured) return false;
  const bool are_small = std::max({a.width, a.height, b.width, b.height}) < kSmall;
  return correlation_of(a, b, look) > (are_small ? kLeastOfSmall : kLeastCorrelation);
}

/// Images by parts of their likeness: of two that differ in at most six bits, one of seven parts is equal.
class LikenessIndex {
 public:
  void add(uint64_t likeness, size_t number) {
    for (int part = 0; part < kParts; ++part) numbers_[key(likeness, part)].push_back(number);
  }

  /// The numbers of those that may be alike, some of them twice.
  template <typename Hear>
  void each_candidate(uint64_t likeness, const Hear& hear) const {
    for (int part = 0; part < kParts; ++part) {
      const auto found = numbers_.find(key(likeness, part));
      if (found == numbers_.end()) continue;
      for (const auto number : found->second) hear(number);
    }
  }

 private:
  static constexpr int kParts = 7, kBits = 9;  // and the last part one more

  static uint64_t key(uint64_t likeness, int part) {
    const int width = part == kParts - 1 ? kBits + 1 : kBits;
    const auto bits = likeness >> (kBits * part) & ((uint64_t{1} << width) - 1);
    return static_cast<uint64_t>(part) << (kBits + 1) | bits;
  }

  std::unordered_map<uint64_t, std::vector<size_t>> numbers_;
};

std::vector<Fault> alike_files(const Survey& survey, Where where) {
  std::vector<Fault> faults;
  const auto records = readable_records(survey);
  const PartnerIndex partners(survey);
  LikenessIndex index;
  for (size_t j = 0; j < records.size(); ++j) {
    for (const auto look : {Look::kAsIs, Look::kMirrored}) {
      size_t first = j;
      index.each_candidate(likeness_of(*records[j], look), [&](size_t i) {
        if (i >= first || may_be_alike(partners, *records[i], *records[j])) return;
        if (!is_of(where, survey, *records[i], *records[j])) return;
        if (is_alike(*records[i], *records[j], look)) first = i;
      });
      if (first == j) continue;
      const auto* const text =
          look == Look::kMirrored ? "looks like the mirror image of one" : "looks like one";
      faults.push_back(fault_of(*records[first], *records[j], text));
      break;
    }
    index.add(records[j]->likeness, j);
  }
  return faults;
}

std::vector<Fault> equal_within(const Survey& survey) {
  return equal_files(survey, Where::kWithin);
}
std::vector<Fault> equal_across(const Survey& survey) {
  return equal_files(survey, Where::kAcross);
}
std::vector<Fault> equal_in_domains(const Survey& survey) {
  return equal_files(survey, Where::kBothDomains);
}
std::vector<Fault> alike_in_domains(const Survey& survey) {
  return alike_files(survey, Where::kBothDomains);
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

std::vector<Fault> empty_sides(const Survey& survey) {
  std::vector<Fault> faults;
  if (survey.layout != "folders" && survey.layout != "unpaired") return faults;
  for (const auto split : {Split::kTrain, Split::kVal, Split::kTest}) {
    const auto has = [&](Side side) {
      return std::any_of(survey.records.begin(), survey.records.end(), [&](const Record& record) {
        return record.split == split && record.side == side;
      });
    };
    if (has(Side::kA) == has(Side::kB)) continue;
    faults.push_back({{}, split_name(split) + (has(Side::kA) ? "B" : "A") + " has no images"});
  }
  return faults;
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
  constexpr auto kMixed = "an image of one domain teaches nothing of the other: which is it of?";
  constexpr auto kTwice = "they count twice";
  constexpr auto kLeak = "what is measured on them is learned by heart";
  return {
      {"empty sides", Severity::kError, Cure::kNone, "trainings need both sides", empty_sides},
      {"in two splits", Severity::kError, Cure::kSetAside, kLeak, equal_across},
      {"alike in two splits", Severity::kWarning, Cure::kNone, kLeak, alike_across},
      {"in both domains", Severity::kError, Cure::kNone, kMixed, equal_in_domains},
      {"alike in both domains", Severity::kWarning, Cure::kNone, kMixed, alike_in_domains},
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
