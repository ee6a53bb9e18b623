// Images beside others, whoever made them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/folders.h"

#include <map>
#include <optional>
#include <set>

#include "ganvas/core/interrupt.h"
#include "ganvas/evaluate/fidelity_figures.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

using Path = std::filesystem::path;

/// Both sets of features that one image goes into.
class Side {
 public:
  explicit Side(const MeasureOptions& options)
      : features_(options.features), inception_(options.inception) {}

  /// Returns the image's features, undefined where none are asked for.
  ///   Throws Error on an image that is too small for them; then it is in no set.
  Tensor add(const Tensor& image) {
    auto seen = features_.add(image);
    inception_.add(image);
    ++count_;
    return seen;
  }

  int64_t count() const { return count_; }
  const FeatureSet& features() const { return features_; }
  const FeatureSet& inception() const { return inception_; }

 private:
  FeatureSet features_, inception_;
  int64_t count_ = 0;
};

class FolderMeasure {
 public:
  FolderMeasure(const ImageFolders& folders, const MeasureOptions& options)
      : folders_(folders), options_(options), made_(options), real_(options) {}

  void look() {
    std::set<Path> seen;
    for (size_t i = 0; i < folders_.made.size() && !interrupted(); ++i) {
      const auto made = look_at(folders_.made[i], made_);
      const auto partner = i < folders_.partners.size() ? folders_.partners[i] : Path();
      if (partner.empty()) continue;
      seen.insert(partner);
      const auto target = look_at(partner, real_);
      if (made && target) look_at_pair(folders_.made[i], partner, *made, *target);
    }
    for (const auto& file : folders_.real) {
      if (interrupted()) return;
      if (seen.count(file) == 0) look_at(file, real_);
    }
  }

  FolderReport report(const DistanceNames& names) {
    require(made_.count() > 0 && real_.count() > 0, "got ", made_.count(), " and ", real_.count(),
            " images that could be read, expected some of both",
            left_out_.empty() ? "" : "; the first that could not: " + left_out_.front());
    require(made_.count() > 1 || real_.count() > 1 || unequal_ == 0, first_unequal_,
            ": pairs are compared at equal sizes; resize one of them");
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
        made_.count(), " images beside ", real_.count(),
        ", as RGB at their own size, upright, without opacity",
        distances_protocol(made_.inception(), real_.inception(), kInceptionProtocol),
        distances_protocol(made_.features(), real_.features(),
                           "features of " + options_.features_name +
                               ", averaged over an image, not Inception's, so not the FID and KID "
                               "of papers"));
    return {std::move(report), left_out_, unequal_, first_unequal_};
  }

 private:
  struct Seen {
    Tensor image, features;
  };

  /// Reads an image and adds it to its side; nothing, and noted, if it cannot be.
  std::optional<Seen> look_at(const Path& file, Side& side) {
    options_.on_image(++done_, static_cast<int64_t>(folders_.made.size() + folders_.real.size()));
    Tensor image;
    try {
      image = to_tensor(read_image(file), 3);
    } catch (const Error& error) {
      left_out_.emplace_back(error.what());
      return std::nullopt;
    }
    try {
      return Seen{image, side.add(image)};
    } catch (const Error& error) {
      left_out_.push_back(c10::str(file.string(), ": ", error.what()));
      return std::nullopt;
    }
  }

  void look_at_pair(const Path& file, const Path& partner, const Seen& made, const Seen& target) {
    if (made.image.sizes() != target.image.sizes()) {
      if (unequal_++ == 0) {
        first_unequal_ =
            c10::str(file.string(), " is ", made.image.size(2), " x ", made.image.size(1), ", ",
                     partner.string(), " ", target.image.size(2), " x ", target.image.size(1));
      }
      return;
    }
    try {
      auto fidelity = compare(made.image, target.image);
      measure_perceptual(fidelity, made.image, target.image, options_);
      if (options_.features) fidelity.features = feature_distance(made.features, target.features);
      pairs_.push_back(fidelity);
      each_.push_back(figures_of(fidelity));
      names_.push_back(file.filename().string());
    } catch (const Error& error) {
      left_out_.push_back(c10::str(file.string(), ": not compared as a pair: ", error.what()));
    }
  }

  const ImageFolders& folders_;
  const MeasureOptions& options_;
  Side made_, real_;
  std::vector<Fidelity> pairs_;
  std::vector<Figures> each_;
  std::vector<std::string> names_, left_out_;
  int64_t done_ = 0, unequal_ = 0;
  std::string first_unequal_;
};

/// Files by a name of theirs; of several of one name all.
template <typename Name>
std::map<std::string, std::vector<Path>> by_name(const std::vector<Path>& files, const Name& name) {
  std::map<std::string, std::vector<Path>> all;
  for (const auto& file : files) all[name(file).string()].push_back(file);
  return all;
}

}  // namespace

std::vector<Path> partners_of(const ImageFolders& folders) {
  const auto whole = by_name(folders.real, [](const Path& file) { return file.filename(); });
  const auto stems = by_name(folders.real, [](const Path& file) { return file.stem(); });
  std::map<Path, Path> taken;
  std::vector<Path> partners;
  for (const auto& file : folders.made) {
    const auto same = whole.find(file.filename().string());
    const auto alike = stems.find(file.stem().string());
    partners.emplace_back();
    if (same == whole.end() && alike == stems.end()) continue;
    const auto& found = same != whole.end() ? same->second : alike->second;
    require_usage(found.size() == 1, file.string(), ": got two partners of its name, ",
                  found[0].string(), " and ", found.back().string(),
                  "; name one otherwise, or measure sets alone by --pairs off");
    partners.back() = found[0];
    const auto [other, is_new] = taken.emplace(partners.back(), file);
    require_usage(is_new, partners.back().string(), ": is the partner of two, ",
                  other->second.string(), " and ", file.string(),
                  "; name one otherwise, or measure sets alone by --pairs off");
  }
  return partners;
}

FolderReport measure_folders(const ImageFolders& folders, const MeasureOptions& options,
                             const DistanceNames& names) {
  FolderMeasure measure(folders, options);
  measure.look();
  if (interrupted()) return {};
  return measure.report(names);
}

}  // namespace ganvas
