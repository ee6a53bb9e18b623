// One picture after the other: read, worked on and written at the same time.
// SPDX-License-Identifier: Apache-2.0
#include "cli/pictures.h"

#include <future>
#include <utility>

#include "cli/command.h"
#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/image/codec.h"

namespace ganvas {
namespace {

/// The path of each result. Makes the folder for them, if they go to one.
std::vector<fs::path> results_of(const std::vector<fs::path>& files,
                                 const std::vector<std::string>& inputs, const fs::path& out,
                                 const std::string& format) {
  const bool is_single = files.size() == 1 && !fs::is_directory(inputs[0]);
  const bool is_folder = !is_single || fs::is_directory(out) || !has_image_name(out);
  if (is_folder) make_folders(out);
  std::vector<fs::path> results;
  for (const auto& file : files) {
    results.push_back(is_folder ? out / file.filename() : out);
    if (is_folder && format != "keep") results.back().replace_extension("." + format);
  }
  return results;
}

/// A picture that is read from now on, by another thread; none beyond the last.
std::future<Image> reading_of(const std::vector<fs::path>& files, size_t which) {
  if (which >= files.size()) return {};
  return std::async(std::launch::async, [path = files[which]] { return read_image(path); });
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

/// How many pictures came to their end, and how, in their order.
class Tally {
 public:
  explicit Tally(const std::vector<fs::path>& results) : results_(results) {}

  /// Waits for the next picture's end; what an interruption broke off is no failure.
  void wait(std::future<void> writing) {
    if (!writing.valid()) return;
    try {
      writing.get();
      ++succeeded_;
      const auto number = static_cast<size_t>(succeeded_ + failed_);
      show_progress(c10::str(number, "/", results_.size(), "  ", results_[number - 1].string()),
                    /*milestone=*/true);
    } catch (const std::exception& error) {
      if (interrupted()) return;
      ++failed_;
      warn(first_line(error.what()));
    }
  }

  int64_t succeeded() const { return succeeded_; }
  int64_t failed() const { return failed_; }

 private:
  const std::vector<fs::path>& results_;
  int64_t succeeded_ = 0, failed_ = 0;
};

}  // namespace

std::vector<fs::path> expand_inputs(const std::vector<std::string>& inputs) {
  std::vector<fs::path> files;
  for (const auto& input : inputs) {
    require(fs::exists(input), input, ": no such file or folder");
    if (!fs::is_directory(input)) {
      files.emplace_back(input);
      continue;
    }
    const size_t before = files.size();
    for (const auto& path : list_files(input)) {
      if (has_image_name(path)) files.push_back(path);
    }
    require(files.size() > before, input, ": has no image files");
  }
  return files;
}

int for_each_picture(const std::vector<std::string>& inputs, const fs::path& out,
                     const std::string& format, const char* done, const PictureWork& work) {
  const auto files = expand_inputs(inputs);
  const auto results = results_of(files, inputs, out, format);
  watch_interrupts();
  Tally tally(results);
  auto reading = reading_of(files, 0);
  std::future<void> writing;
  for (size_t i = 0; i < files.size() && !interrupted(); ++i) {
    auto image = std::exchange(reading, reading_of(files, i + 1));
    auto next = writing_of([&] {
      require(!fs::exists(results[i]) || !fs::equivalent(results[i], files[i]), results[i].string(),
              ": is the input itself; choose another --out");
      return work(image.get(), files[i], results[i]);
    });
    tally.wait(std::exchange(writing, std::move(next)));
  }
  tally.wait(std::move(writing));
  note(c10::str(tally.succeeded(), " ", done, ", ", tally.failed(), " failed"));
  if (interrupted()) return kInterrupted;
  return tally.failed() == 0 ? kDone : kFailed;
}

}  // namespace ganvas
