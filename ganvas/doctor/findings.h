// What is wrong with data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/doctor/survey.h"

namespace ganvas {

/// How bad it is: what spoils a training, what may, and what is good to know.
enum class Severity { kError, kWarning, kNote };

/// Whether files that a finding names are better away.
enum class Cure { kNone, kSetAside };

/// One thing that is wrong.
struct Fault {
  std::vector<std::filesystem::path> files;  // the first is the one to set aside, where that cures
  std::string text;                          // "is 12 pixels to the right of b"
};

/// All that one check found.
struct Finding {
  std::string kind;  // "truncated"
  Severity severity = Severity::kNote;
  Cure cure = Cure::kNone;
  std::string advice;
  std::vector<Fault> faults;
};

/// One thing to look for: a row of one of the tables below.
struct Check {
  const char* kind;
  Severity severity;
  Cure cure;
  const char* advice;
  std::vector<Fault> (*find)(const Survey& survey);
};

/// The rows about files alone, about pairs, and about sets of images.
std::vector<Check> file_checks();
std::vector<Check> pair_checks();
std::vector<Check> set_checks();

/// Asks all of them; what was found, the worst first.
std::vector<Finding> findings_of(const Survey& survey);

}  // namespace ganvas
