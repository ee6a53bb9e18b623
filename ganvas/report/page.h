// Reports: one HTML file that opens from disk, without a network.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ganvas/image/image.h"

namespace ganvas {

/// An image of a page and its caption.
struct Frame {
  std::string name;
  std::string source;  // a path relative to the page, or what embedded() made
};

/// The bytes of a PNG or WebP file as an address that holds them.
std::string embedded(const std::string& file);

/// What every page begins with, by which it is known again.
inline constexpr auto kPageBegin = "<!doctype html>\n<!-- ganvas -->\n";

/// A page that is put together from top to bottom. Texts are escaped; images are embedded.
class Page {
 public:
  /// An untitled page is a fragment for add_grid().
  explicit Page(std::string title = "");

  void add_heading(const std::string& text);
  void add_text(const std::string& text);

  /// The first line is the header, the first column names the rows.
  void add_table(const std::vector<std::vector<std::string>>& lines);

  /// Markup that line_chart() made.
  void add_chart(const std::string& svg) { body_ += "<figure>" + svg + "</figure>\n"; }

  /// A slider between two versions of one image, which two menus choose; the first two of
  /// `versions` are shown first.
  void add_comparison(const std::string& caption,
                      const std::vector<std::pair<std::string, Image>>& versions);

  void add_image(const std::string& caption, const Image& image);

  /// Images in one place, one after the other: a slider, and a button that plays them. The last is
  /// shown first.
  void add_frames(const std::string& caption, const std::vector<Frame>& frames);

  /// Makes browsers load the page again and again.
  void refresh_every(int seconds) { refresh_seconds_ = seconds; }

  /// All that was added to another page, as a grid.
  void add_grid(const Page& other);

  std::string html() const;

 private:
  std::string title_, body_;
  int refresh_seconds_ = 0;  // 0: never
};

}  // namespace ganvas
