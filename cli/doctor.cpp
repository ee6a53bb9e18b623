// ganvas doctor
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/data/list_file.h"
#include "ganvas/doctor/set_aside.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

constexpr auto kAbout =
    "Looks into a folder of data before anything is learned from it: what lies there, and which files are "
    "broken, twice there, in the wrong place, or do not belong together.\n\n"
    "Exit code 0 if nothing worse than notes was found, else 1. --set-aside moves what is better away, and "
    "deletes nothing.\n\n"
    "Examples:\n"
    "  ganvas doctor facades\n"
    "  ganvas doctor flowers --json > findings.json\n"
    "  ganvas doctor flowers --set-aside flowers-aside\n";

const char* word_of(Severity severity) {
  return severity == Severity::kError     ? "error"
         : severity == Severity::kWarning ? "warning"
                                          : "note";
}

/// "trainA 1231, trainB 962, testA 309".
std::string counts_text(const Survey& survey) {
  std::map<std::string, int64_t> counts;
  std::vector<std::string> order;
  for (const auto& record : survey.records) {
    const auto name = place_of(record);
    if (counts[name]++ == 0) order.push_back(name);
  }
  std::vector<std::string> words;
  for (const auto& name : order) words.push_back(c10::str(name, " ", counts[name]));
  return c10::str(c10::Join(", ", words));
}

/// "256 x 256", or "120 to 640 x 128 to 853".
std::string sizes_text(const Survey& survey) {
  const auto range = [&](int64_t Record::* side) {
    int64_t least = 0, most = 0;
    for (const auto& record : survey.records) {
      if (!record.error.empty()) continue;
      least = least == 0 ? record.*side : std::min(least, record.*side);
      most = std::max(most, record.*side);
    }
    return least == most ? std::to_string(most) : c10::str(least, " to ", most);
  };
  return range(&Record::width) + " x " + range(&Record::height) + " pixels";
}

std::string kinds_text(const Survey& survey) {
  std::map<std::string, int64_t> counts;
  for (const auto& record : survey.records) {
    if (record.error.empty()) ++counts[record.format + (record.channels < 3 ? " grey" : " RGB")];
  }
  std::vector<std::string> words;
  for (const auto& [kind, count] : counts) words.push_back(c10::str(kind, " ", count));
  return c10::str(c10::Join(", ", words));
}

std::string names_of(const Survey& survey, const Fault& fault) {
  std::vector<std::string> names;
  for (const auto& file : fault.files) names.push_back(survey.name(file));
  return c10::str(c10::Join(", ", names));
}

void print_page(const Survey& survey, const std::vector<Finding>& findings, int64_t most) {
  std::printf("layout    %s\nimages    %s\nsizes     %s\nkinds     %s\n", survey.layout.c_str(),
              counts_text(survey).c_str(), sizes_text(survey).c_str(), kinds_text(survey).c_str());
  for (const auto& finding : findings) {
    std::printf("\n%-8s  %s (%zu): %s\n", word_of(finding.severity), finding.kind.c_str(),
                finding.faults.size(), finding.advice.c_str());
    int64_t shown = 0;
    for (const auto& fault : finding.faults) {
      if (++shown > most) {
        std::printf("          and %zu more; --most N or --json shows them\n",
                    finding.faults.size() - static_cast<size_t>(most));
        break;
      }
      const auto names = names_of(survey, fault);
      std::printf("          %s%s%s\n", names.c_str(), names.empty() ? "" : ": ",
                  fault.text.c_str());
    }
  }
  if (findings.empty()) std::printf("\nnothing is wrong\n");
}

void print_json(const Survey& survey, const std::vector<Finding>& findings, const Moves& moves) {
  Json json = {{"folder", survey.folder.string()}, {"layout", survey.layout},
               {"images", survey.records.size()},  {"counts", counts_text(survey)},
               {"sizes", sizes_text(survey)},      {"kinds", kinds_text(survey)}};
  json["findings"] = Json::array();
  for (const auto& finding : findings) {
    Json one = {{"kind", finding.kind},
                {"severity", word_of(finding.severity)},
                {"advice", finding.advice}};
    for (const auto& fault : finding.faults) {
      Json files = Json::array();
      for (const auto& file : fault.files) files.push_back(survey.name(file));
      one["faults"].push_back({{"files", files}, {"text", fault.text}});
    }
    json["findings"].push_back(one);
  }
  for (const auto& [from, to] : moves) json["set_aside"].push_back({from.string(), to.string()});
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

/// "data-aside" for "data/".
std::string folder_beside(const fs::path& folder) {
  auto path = fs::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.string() + "-aside";
}

struct DoctorConfig {
  int64_t threads = 0;
  int64_t most = 10;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("threads", threads, "files looked into at a time; 0 is one for each core", Range{0, 256});
    v("most", most, "files to name of each kind of fault", Range{1, 1e9});
  }
};

}  // namespace

int run_doctor(const std::vector<std::string>& arguments) {
  Arguments expected(kAbout, "ganvas doctor");
  std::string folder, names;
  std::optional<std::string> aside;
  bool as_json = false;
  Settings given;
  expected.require("data", folder, "folder of images, or a list of them as ganvas train takes it");
  expected.take(describe(LayoutConfig{}), given);
  expected.take("--names", names,
                "pairs by their names, '{name}_A.png,{name}_B.png', as ganvas train takes them");
  expected.take(describe(DoctorConfig{}), given);
  expected.take("--json", as_json, "write all that was found as JSON");
  expected.take(
      "--set-aside,--fix", aside,
      "move files that are better not learned from to a folder, DATA-aside where none is named; nothing is deleted");
  if (!expected.parse(arguments)) return kDone;
  const auto config = config_of<DoctorConfig>(given);

  watch_interrupts();
  const auto layout = config_of<LayoutConfig>(given).layout;
  require_usage(!aside || !is_list(folder), "--set-aside: got the list ", folder,
                ", which would name files that are gone; take them out of it");
  auto survey = !names.empty()    ? survey_of_names(folder, names)
                : is_list(folder) ? survey_of_list(folder)
                                  : survey_of(folder, layout);
  const auto cores = static_cast<int64_t>(std::max(1U, std::thread::hardware_concurrency()));
  examine(survey, config.threads > 0 ? config.threads : cores, [](int64_t done, int64_t all) {
    show_progress(c10::str(done, "/", all, " looked into"), done == all);
  });
  if (interrupted()) {
    note("interrupted; nothing was moved");
    return kInterrupted;
  }
  const auto findings = findings_of(survey);
  if (aside && aside->empty()) aside = folder_beside(folder);
  const auto moves = aside ? moves_of(survey, findings, *aside) : Moves();
  if (as_json) {
    print_json(survey, findings, moves);
  } else {
    print_page(survey, findings, config.most);
  }
  std::fflush(stdout);
  set_files_aside(moves);  // last: where it is refused, what was found is told all the same
  if (!as_json && aside) {
    std::printf("\n%zu files set aside in %s\n", moves.size(), aside->c_str());
  }
  const bool is_well = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::kNote;
  });
  return is_well ? kDone : kFailed;
}

}  // namespace ganvas
