// Images beside others, whoever made them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/folders.h"

#include <map>

#include "ganvas/core/interrupt.h"
#include "ganvas/evaluate/fidelity_figures.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

class FolderMeasure {
 public:
  FolderMeasure(const ImageFolders& folders, const MeasureOptions& options)
      : folders_(folders), options_(options), made_(options), real_(options) {}

  void look() {
    for (size_t i = 0; i < folders_.made.size(); ++i) {
      if (interrupted()) return;
      const auto image = read(folders_.made[i]);
      if (!image.defined()) continue;
      made_.add(image);
      const bool has_partner = i < folders_.partners.size() && !folders_.partners[i].empty();
      if (has_partner) compare_with(image, folders_.made[i], folders_.partners[i]);
    }
    for (const auto& file : folders_.real) {
      if (interrupted()) return;
      const auto image = read(file);
      if (image.defined()) real_.add(image);
    }
  }

  FolderReport report(const DistanceNames& names) const {
    Report report;
    report.rows.push_back({"made", {}, each_});
    report.names = names_;
    auto& figures = report.rows[0].figures;
    if (!pairs_.empty()) {
      report.protocol = c10::str(pairs_.size(), " pairs: ", kFidelityProtocol,
                                 perceptual_protocol(options_), "; ");
      figures = figures_of(mean_of(pairs_));
    }
    append_distances(figures, made_.inception(), real_.inception(), inception_names());
    append_distances(figures, made_.features(), real_.features(), names);
    report.protocol += c10::str(
        made_.count(), " images beside ", real_.count(), ", at their own size",
        distances_protocol(made_.inception(), real_.inception(), kInceptionProtocol),
        distances_protocol(
            made_.features(), real_.features(),
            "features of " + options_.features_name +
                ", averaged over an image, not Inception's, so not the FID and KID of papers"));
    return {std::move(report), left_out_};
  }

  void require_any() const {
    require(made_.count() > 0 && real_.count() > 0, "got ", made_.count(), " and ", real_.count(),
            " images that could be read, expected some of both",
            left_out_.empty() ? "" : "; the first that could not: " + left_out_.front());
  }

 private:
  /// Undefined, and noted, if the file cannot be read.
  Tensor read(const std::filesystem::path& file) {
    options_.on_image(++done_, static_cast<int64_t>(folders_.made.size() + folders_.real.size()));
    try {
      return to_tensor(read_image(file), 3);
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
      return {};
    }
  }

  void compare_with(const Tensor& image, const std::filesystem::path& file,
                    const std::filesystem::path& partner) {
    Tensor target;
    try {
      target = to_tensor(read_image(partner), 3);
    } catch (const Error&) {
      return;  // told when it is read for itself
    }
    if (target.sizes() != image.sizes()) {
      left_out_.push_back(c10::str(file.string(), ": is ", image.size(2), " x ", image.size(1),
                                   ", ", partner.string(), " ", target.size(2), " x ",
                                   target.size(1), ": not compared as a pair"));
      return;
    }
    auto fidelity = compare(image, target);
    measure_perceptual(fidelity, image, target, options_);
    pairs_.push_back(fidelity);
    each_.push_back(figures_of(fidelity));
    names_.push_back(file.stem().string());
  }

  const ImageFolders& folders_;
  const MeasureOptions& options_;
  Crowd made_, real_;
  std::vector<Fidelity> pairs_;
  std::vector<Figures> each_;
  std::vector<std::string> names_, left_out_;
  int64_t done_ = 0;
};

}  // namespace

std::vector<std::filesystem::path> partners_of(const ImageFolders& folders) {
  std::map<std::string, std::filesystem::path> by_name, by_stem;
  for (const auto& file : folders.real) {
    by_name[file.filename().string()] = file;
    by_stem[file.stem().string()] = file;
  }
  std::vector<std::filesystem::path> partners;
  for (const auto& file : folders.made) {
    const auto same = by_name.find(file.filename().string());
    const auto alike = by_stem.find(file.stem().string());
    partners.push_back(same != by_name.end()    ? same->second
                       : alike != by_stem.end() ? alike->second
                                                : std::filesystem::path());
  }
  return partners;
}

FolderReport measure_folders(const ImageFolders& folders, const MeasureOptions& options,
                             const DistanceNames& names) {
  FolderMeasure measure(folders, options);
  measure.look();
  if (!interrupted()) measure.require_any();
  return measure.report(names);
}

}  // namespace ganvas
