// What a run became, from its folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "ganvas/report/chart.h"
#include "ganvas/report/page.h"
#include "ganvas/train/events.h"

namespace ganvas {

/// Adds the losses of a run as charts: a player's terms share one.
void add_losses(Page& page, const std::vector<Event>& events);

/// A table of a run's starts and of what went wrong in it.
void add_story(Page& page, const std::vector<Event>& events);

/// Adds charts of the figures of its validations.
void add_figures(Page& page, const std::vector<Event>& events);

/// Whether a page holds the images, or names their files.
enum class SampleFiles { kEmbedded, kLinked };

/// Adds the images of its validations as frames, the newest shown first. Linked: for a page in the
/// run's own folder. Embedded: at most 60 of them.
void add_samples(Page& page, const std::filesystem::path& run, SampleFiles kind);

/// A page about runs: a table of the figures of their last validations side by side; then of each
/// the knobs that are not the method's defaults, and all of the above.
///   Throws Error on a folder that holds no run.
Page page_of_runs(const std::string& title, const std::vector<std::filesystem::path>& folders);

/// Keeps RUN/index.html as new as the last validation of a run in progress; browsers load it anew by
/// themselves.
Sink page_sink(const std::filesystem::path& run);

/// Writes RUN/index.html of a run that has ended.
void write_run_page(const std::filesystem::path& run);

}  // namespace ganvas
