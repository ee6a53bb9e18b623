// One image after the other: read, worked on and written at the same time.
// SPDX-License-Identifier: Apache-2.0
#include "cli/image_batch.h"

#include <chrono>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/image/formats.h"
#include "ganvas/image/left_out.h"
#include "ganvas/world/place.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

/// An image that is read from now on, by another thread; none beyond the last.
std::future<Image> reading_of(const std::vector<PlannedImage>& images, size_t which) {
  if (which >= images.size()) return {};
  return std::async(std::launch::async, [path = images[which].input] { return read_image(path); });
}

/// What is written from now on, by another thread, when `work` is done with it here; or the error.
std::future<void> writing_of(const std::function<Writing()>& work) {
  try {
    return std::async(std::launch::async, [rest = work()] {
      if (rest) rest();
    });
  } catch (...) {
    std::promise<void> failed;
    failed.set_exception(std::current_exception());
    return failed.get_future();
  }
}

std::string counted(size_t count, const std::string& what) {
  return c10::str(count, " ", what);
}

/// What went wrong, with the image's name before it if it is not in it.
std::string about(const fs::path& input, const std::string& error) {
  const bool has_name = error.find(input.string()) != std::string::npos;
  return has_name ? error : input.string() + ": " + error;
}

/// "a.txt, b.txt and 3 more".
std::string named(const std::vector<fs::path>& paths) {
  std::string text;
  constexpr size_t kNamed = 3;
  for (size_t i = 0; i < std::min(kNamed, paths.size()); ++i) {
    text += (i == 0 ? "" : ", ") + paths[i].filename().string();
  }
  return paths.size() > kNamed ? text + " and " + counted(paths.size() - kNamed, "more") : text;
}

/// A list of its own for each of several processes: "list.jsonl", "list.rank1.jsonl".
fs::path report_of(const fs::path& path) {
  const auto rank = place_of_environment().rank;
  if (rank == 0) return path;
  return path.parent_path() /
         c10::str(path.stem().string(), ".rank", rank, path.extension().string());
}

/// What became of the images, in their order.
class Tally {
 public:
  Tally(const BatchPlan& plan, const ImageBatch& batch)
      : plan_(plan), files_of_(batch.files_of), done_(batch.done) {
    if (!batch.config.report.empty()) {
      const auto path = report_of(batch.config.report);
      report_.open(path, std::ios::trunc);
      require(report_.good(), "--report: ", path.string(), ": cannot write it");
    }
    for (const auto& path : plan.there_already)
      list(path, {}, "skipped", "its result is there already");
    for (const auto& path : plan.passed_over) {
      list(path, {}, "passed over",
           is_other_image(path) ? "of a kind that is not read"
                                : "hidden, a link to nothing, or no image's name");
    }
    for (const auto& path : plan.not_entered)
      list(path, {}, "passed over", "a folder; --recursive");
    for (const auto& [path, why] : plan.unreadable) {
      ++failed_;
      warn(why);
      list(path, {}, "failed", why);
    }
  }

  /// Waits for the end of image number `which`, counted from 0.
  void wait(size_t which, std::future<void> writing) {
    if (!writing.valid()) return;
    const auto& [input, output] = plan_.images[which];
    try {
      writing.get();
      ++succeeded_;
      list(input, files_of_(output), "done", "");
    } catch (const Interrupted&) {
      return;
    } catch (const UsageError&) {  // flags that no image can follow
      throw;
    } catch (const NothingToDo& nothing) {
      ++idle_[nothing.what()];
      list(input, {}, "nothing to do", nothing.what());
    } catch (const std::exception& error) {
      ++failed_;
      is_full_ = is_full_ || dynamic_cast<const DiskFullError*>(&error) != nullptr;
      const auto why = about(input, first_line(error.what()));
      warn(why);
      list(input, {}, "failed", why);
    }
    ++ended_;
    show(input);
  }

  /// Lists what is left to do. Throws Error if the list could not be written to its end.
  void finish_report() {
    for (size_t i = ended_; i < plan_.images.size(); ++i) {
      list(plan_.images[i].input, {}, "left", "the batch ended before");
    }
    require(!report_.is_open() || report_.good(), "--report: could not be written to its end");
  }

  bool must_end() const { return is_full_ || interrupted(); }

  int exit_code() const {
    if (interrupted()) return kInterrupted;
    return failed_ == 0 ? kDone : kFailed;
  }

  /// "5 restored, 95 without a mosaic, 2 failed; 3 left".
  std::string text() const {
    auto text = counted(succeeded_, done_);
    for (const auto& [why, count] : idle_) text += ", " + counted(count, why);
    if (!plan_.there_already.empty()) {
      text += ", " + counted(plan_.there_already.size(), "there already");
    }
    text += ", " + counted(failed_, "failed");
    if (plan_.of_others > 0) text += c10::str(", ", plan_.of_others, " by the other processes");
    const size_t left = plan_.images.size() - ended_;
    if (left > 0) text += "; " + counted(left, "left, go on with --existing skip");
    return text;
  }

 private:
  void show(const fs::path& input) {
    const std::chrono::duration<double> passed = Clock::now() - begin_;
    const double rate = passed.count() / static_cast<double>(ended_);
    const size_t left = plan_.images.size() - ended_;
    const bool is_due = plan_.images.size() <= 100 || left == 0 || Clock::now() - shown_ > kPause;
    if (is_due) shown_ = Clock::now();
    show_progress(c10::str(ended_, "/", plan_.images.size(), "  ", input.string(), "  ",
                           duration_text(rate * static_cast<double>(left)), " left"),
                  is_due);
  }

  void list(const fs::path& input, const std::vector<fs::path>& outputs, const char* status,
            const std::string& why) {
    if (!report_.is_open()) return;
    nlohmann::ordered_json line = {{"input", input.string()}, {"status", status}};
    if (outputs.size() == 1) line["output"] = outputs[0].string();
    for (size_t i = 0; outputs.size() > 1 && i < outputs.size(); ++i) {
      line["outputs"].push_back(outputs[i].string());
    }
    if (!why.empty()) line["why"] = why;
    report_ << line_of_json(line) << '\n' << std::flush;
  }

  static constexpr std::chrono::seconds kPause{10};  // between two lines of a log

  const BatchPlan& plan_;
  FilesOf files_of_;
  std::string done_;
  std::ofstream report_;
  Clock::time_point begin_ = Clock::now(), shown_ = begin_;
  size_t ended_ = 0, succeeded_ = 0, failed_ = 0;
  std::map<std::string, size_t> idle_;
  bool is_full_ = false;
};

/// What formats of results cannot hold, counted so that it is said once.
struct LeftOutCounts {
  size_t alpha = 0, sixteen_bits = 0, palettes = 0, exif = 0, exactness = 0;

  void count(const Image& image, const fs::path& output, bool results_have_alpha) {
    const auto* format = format_named(output);
    if (format == nullptr) return;
    const auto left = left_out_of(*format, image);
    alpha += results_have_alpha && left.alpha ? 1 : 0;
    sixteen_bits += results_have_alpha && left.sixteen_bits ? 1 : 0;
    palettes += left.colors ? 1 : 0;
    exif += left.exif ? 1 : 0;
    exactness += left.exactness ? 1 : 0;
  }

  void say(const std::string& background) const {
    const auto say_of = [](size_t count, const std::string& what) {
      if (count > 0) note(c10::str(count, " ", what, " (--format png)"));
    };
    say_of(palettes, "written with at most 256 colours and hard alpha, as GIF has them");
    say_of(alpha, "with alpha, laid on " + background +
                      ": the results' format has none; --background names another colour");
    say_of(sixteen_bits, "of 16 bits, written with 8: the results' format has no more");
    say_of(exif, "with EXIF, of which the results' format keeps camera, date and author at most");
    say_of(
        exactness,
        "from lossless files, written with a loss: this libvips writes that format no other way");
  }
};

void say_passed_over(const BatchPlan& plan) {
  std::vector<fs::path> others, images;
  for (const auto& path : plan.passed_over) {
    (is_other_image(path) ? images : others).push_back(path);
  }
  if (!images.empty()) {
    note("passed over, of kinds that are not read: " + named(images) + "; convert them to PNG");
  }
  if (!others.empty()) {
    note("passed over, hidden, a link to nothing or without an image's name: " + named(others));
  }
  if (!plan.not_entered.empty()) {
    note("not entered: the folders " + named(plan.not_entered) + " (--recursive enters them)");
  }
}

/// The folders of results are made; those of other files are cleaned of what died, if they are there.
void prepare_folders(const BatchPlan& plan, const FilesOf& files_of) {
  std::set<fs::path> folders;
  for (const auto& image : plan.images) {
    for (const auto& file : files_of(image.output)) folders.insert(file.parent_path());
  }
  for (const auto& folder : folders) {
    if (!folder.empty()) make_folders(folder);
    remove_partial_files(folder.empty() ? "." : folder);
  }
}

}  // namespace

Settings of_pixels(Settings given) {
  const auto files = describe(BatchConfig{});
  std::erase_if(given, [&](const auto& setting) {
    const auto& name = setting.first;
    const bool is_of_files = std::any_of(files.begin(), files.end(),
                                         [&](const Knob& knob) { return knob.name == name; });
    return is_of_files || name == "page" || name == "mask" || name == "vivid";
  });
  return given;
}

int for_each_image(const ImageBatch& batch, const ImageWork& work) {
  write_options(batch.config);  // refuses them before anything is made
  const auto plan = plan_batch(batch.inputs, batch.out, batch.config, batch.files_of, batch.also);
  prepare_folders(plan, batch.files_of);
  say_passed_over(plan);
  watch_interrupts();
  Tally tally(plan, batch);
  LeftOutCounts left_out;
  auto reading = reading_of(plan.images, 0);
  std::future<void> writing;
  size_t started = 0;
  for (size_t i = 0; i < plan.images.size() && !tally.must_end(); ++i) {
    const auto& [input, output] = plan.images[i];
    auto read = std::exchange(reading, reading_of(plan.images, i + 1));
    auto next = writing_of([&, &input = input, &output = output] {
      auto image = read.get();
      // An image that there is nothing to do for, or that fails, throws.
      auto counted = left_out;
      counted.count(image, output, batch.results_have_alpha);
      auto rest = work(std::move(image), input, output);
      left_out = counted;
      return rest;
    });
    if (i > 0) tally.wait(i - 1, std::move(writing));
    writing = std::move(next);
    started = i + 1;
  }
  if (started > 0) tally.wait(started - 1, std::move(writing));
  left_out.say(batch.config.background);
  note(tally.text());
  tally.finish_report();
  return tally.exit_code();
}

}  // namespace ganvas
