// What is wrong with pairs.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "ganvas/doctor/findings.h"

namespace ganvas {
namespace {

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<Pair> readable(const Survey& survey) {
  auto pairs = survey.pairs;
  std::erase_if(pairs, [](const Pair& pair) { return !pair.error.empty(); });
  return pairs;
}

std::vector<Fault> without_partner(const Survey& survey) {
  std::vector<Fault> faults;
  if (survey.layout != "folders") return faults;
  for (const auto& [name, records] : records_by_name(survey)) {
    for (const auto* record : records) {
      const bool has_partner = std::any_of(
          records.begin(), records.end(),
          [&](const Record* other) { return other->side != record->side && other->error.empty(); });
      const auto side = record->side == Side::kA ? "b" : "a";
      if (!has_partner)
        faults.push_back({{record->path}, c10::str("has no partner of its name on side ", side)});
    }
  }
  return faults;
}

std::vector<Fault> odd_widths(const Survey& survey) {
  std::vector<Fault> faults;
  if (survey.layout != "side-by-side") return faults;
  for (const auto& record : survey.records) {
    if (!record.error.empty() || record.width % 2 == 0) continue;
    faults.push_back({{record.path}, c10::str("is ", record.width, " wide, which has no halves")});
  }
  return faults;
}

std::vector<Fault> different_sizes(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& pair : readable(survey)) {
    const auto& [a, b] = std::pair(pair.size_a, pair.size_b);
    if (a == b) continue;
    const double scale = static_cast<double>(a.width) / static_cast<double>(b.width);
    const bool is_scaled =
        std::abs(scale * static_cast<double>(b.height) - static_cast<double>(a.height)) < 1.5;
    const auto more =
        is_scaled ? c10::str(", ", scale > 1 ? scale : 1 / scale, " times as large") : "";
    faults.push_back({pair.files, c10::str("a is ", a.width, " x ", a.height, ", b ", b.width,
                                           " x ", b.height, more)});
  }
  return faults;
}

std::vector<Fault> identical_sides(const Survey& survey) {
  constexpr double kLevels = 0.5;
  std::vector<Fault> faults;
  for (const auto& pair : readable(survey)) {
    if (pair.difference < kLevels) faults.push_back({pair.files, "both sides are the same image"});
  }
  return faults;
}

/// How each pair's sides differ, on the line along which the sides of all differ most clearly: positive as
/// most do.
std::vector<double> scores_of_sides(const std::vector<Pair>& pairs) {
  std::vector<double> scores(pairs.size(), 0);
  if (pairs.empty()) return scores;
  for (size_t trait = 0; trait < pairs[0].traits_a.size(); ++trait) {
    std::vector<double> differences;
    for (const auto& pair : pairs)
      differences.push_back(pair.traits_a[trait] - pair.traits_b[trait]);
    const double middle = median_of(differences);
    std::vector<double> beside;
    for (const double d : differences) beside.push_back(std::abs(d - middle));
    const double spread = std::max(median_of(beside), 1e-4);
    const double weight = middle / spread;  // how clearly this trait tells the sides apart
    if (std::abs(weight) < 2) continue;
    for (size_t i = 0; i < pairs.size(); ++i)
      scores[i] += weight * std::clamp(differences[i] / spread, -20.0, 20.0);
  }
  return scores;
}

/// True if no channel of a side deviates by a level.
bool is_blank(const std::vector<double>& traits) {
  constexpr double kLevel = 1 / 127.5;
  return traits[1] < kLevel && traits[3] < kLevel && traits[5] < kLevel;
}

std::vector<Fault> blank_sides(const Survey& survey) {
  std::vector<Fault> faults;
  for (const auto& pair : readable(survey)) {
    const bool a = is_blank(pair.traits_a), b = is_blank(pair.traits_b);
    if (a != b)
      faults.push_back({pair.files, c10::str("side ", a ? "a" : "b", " is of one colour")});
  }
  return faults;
}

std::vector<Fault> swapped_sides(const Survey& survey) {
  constexpr size_t kLeastPairs = 8;
  constexpr double kClear = 0.35;  // of the median, on the other side of zero
  std::vector<Fault> faults;
  const auto pairs = readable(survey);
  if (pairs.size() < kLeastPairs) return faults;
  const auto scores = scores_of_sides(pairs);
  const double usual = median_of(scores);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (usual > 0 && scores[i] < -kClear * usual) {
      faults.push_back({pairs[i].files, "a looks like the others' b, and b like their a"});
    }
  }
  return static_cast<double>(faults.size()) > 0.25 * static_cast<double>(scores.size())
             ? std::vector<Fault>()  // then the sides are not told apart by their looks
             : faults;
}

/// "9 pixels to the right and 4 up".
std::string shift_text(const Pair& pair) {
  const auto x = std::lround(pair.shift_x), y = std::lround(pair.shift_y);
  return c10::str(std::abs(x), " pixels to the ", x < 0 ? "left" : "right", " and ", std::abs(y),
                  y < 0 ? " up" : " down");
}

/// How well edges match that lie on each other, in standard deviations: chance gives 5.4 at most.
constexpr double kLeastMatch = 5.5;

/// Of data whose sides' edges lie on each other, as most do; else nothing.
std::vector<Pair> with_common_edges(const Survey& survey) {
  auto pairs = readable(survey);
  std::vector<double> here;
  for (const auto& pair : pairs) here.push_back(pair.match_here);
  return median_of(here) < kLeastMatch ? std::vector<Pair>() : pairs;
}

std::vector<Fault> two_scenes(const Survey& survey) {
  constexpr double kChance = 3;
  std::vector<Fault> faults;
  for (const auto& pair : with_common_edges(survey)) {
    const bool is_empty = is_blank(pair.traits_a) || is_blank(pair.traits_b);
    if (is_empty || pair.match_here > kChance || pair.match_there > kLeastMatch) continue;
    faults.push_back({pair.files, "edges of its sides have nothing in common, those of others do"});
  }
  return faults;
}

std::vector<Fault> shifted_sides(const Survey& survey) {
  constexpr double kLeastShift = 2, kClearer = 1.6;
  std::vector<Fault> faults;
  for (const auto& pair : with_common_edges(survey)) {
    const double shift = std::hypot(pair.shift_x, pair.shift_y);
    const bool is_shifted = shift >= kLeastShift && pair.match_there > kLeastMatch &&
                            pair.match_there > kClearer * pair.match_here;
    if (!is_shifted) continue;
    faults.push_back({pair.files, "b lies " + shift_text(pair) + " of a"});
  }
  return faults;
}

}  // namespace

std::vector<Check> pair_checks() {
  return {
      {"without partner", Severity::kError, Cure::kSetAside, "they are not learned from",
       without_partner},
      {"odd widths", Severity::kError, Cure::kSetAside, "cut them to an even width", odd_widths},
      {"different sizes", Severity::kError, Cure::kNone, "resize the smaller side",
       different_sizes},
      {"identical sides", Severity::kError, Cure::kSetAside,
       "a generator learns to change nothing from them", identical_sides},
      {"blank sides", Severity::kWarning, Cure::kNone, "look at them: one side shows nothing",
       blank_sides},
      {"swapped sides", Severity::kWarning, Cure::kNone, "look at them, and exchange a and b",
       swapped_sides},
      {"two scenes", Severity::kWarning, Cure::kNone, "look at them: the sides are of two places",
       two_scenes},
      {"shifted sides", Severity::kWarning, Cure::kNone,
       "look at them: an L1 loss blurs what does not lie on its target", shifted_sides},
  };
}

}  // namespace ganvas
