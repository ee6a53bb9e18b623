// Reports: one HTML file that opens from disk, without a network.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/page.h"

#include <glib.h>

#include "ganvas/core/text.h"
#include "ganvas/image/codec.h"
#include "page_assets.h"  // made of page.css and page.js

namespace ganvas {
std::string embedded(const std::string& file) {
  auto* const text = g_base64_encode(reinterpret_cast<const guchar*>(file.data()), file.size());
  std::string address =
      c10::str("data:image/", file.rfind("RIFF", 0) == 0 ? "webp" : "png", ";base64,", text);
  g_free(text);
  return address;
}

Page::Page(std::string title) : title_(std::move(title)) {
  if (!title_.empty()) body_ = "<h1>" + escaped(title_) + "</h1>\n";
}

void Page::add_heading(const std::string& text) {
  body_ += "<h2>" + escaped(text) + "</h2>\n";
}

void Page::add_text(const std::string& text) {
  body_ += "<p>" + escaped(text) + "</p>\n";
}

void Page::add_table(const std::vector<std::vector<std::string>>& lines) {
  body_ += "<table>\n";
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string tag = i == 0 ? "th" : "td";
    body_ += "<tr>";
    for (const auto& cell : lines[i]) body_ += "<" + tag + ">" + escaped(cell) + "</" + tag + ">";
    body_ += "</tr>\n";
  }
  body_ += "</table>\n";
}

void Page::add_comparison(const std::string& caption,
                          const std::vector<std::pair<std::string, Image>>& versions) {
  std::string sources, options;
  for (const auto& [name, image] : versions) {
    // PNG: what is compared is the very pixels that the table's figures are about
    sources +=
        "<template data-source=\"" + embedded(encode_image(image, ".png")) + "\"></template>\n";
    options += "<option>" + escaped(name) + "</option>";
  }
  const auto label = escaped(caption);
  body_ += "<figure data-compare>\n" + sources + "<div class=\"compare\"><img alt=\"" + label +
           ", left\"><img alt=\"" + label + ", right\"></div>\n" +
           "<input type=\"range\" min=\"0\" max=\"100\" value=\"50\" aria-label=\"" + label +
           "\">\n<figcaption><select aria-label=\"left\">" + options + "</select><span>" + label +
           "</span><select aria-label=\"right\">" + options + "</select></figcaption></figure>\n";
}

void Page::add_image(const std::string& caption, const Image& image) {
  body_ += "<figure><img alt=\"" + escaped(caption) + "\" src=\"" +
           embedded(encode_image(image, ".png")) + "\"></figure>\n";
}

void Page::add_frames(const std::string& caption, const std::vector<Frame>& frames) {
  const auto label = escaped(caption);
  body_ += "<figure data-frames>\n";
  for (const auto& frame : frames) {
    body_ += "<template data-name=\"" + escaped(frame.name) + "\" data-source=\"" +
             escaped(frame.source) + "\"></template>\n";
  }
  const auto last = std::to_string(frames.size() - 1);
  body_ += "<img alt=\"" + label + "\">\n<button type=\"button\">Play</button> " +
           "<input type=\"range\" min=\"0\" max=\"" + last + "\" value=\"" + last +
           "\" aria-label=\"" + label + "\"> <output></output>\n<figcaption>" + label +
           "</figcaption></figure>\n";
}

void Page::add_grid(const Page& other) {
  body_ += "<div class=\"grid\">\n" + other.body_ + "</div>\n";
}

std::string Page::html() const {
  return std::string(kPageBegin) +
         "<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width\">" +
         (refresh_seconds_ > 0
              ? "<meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh_seconds_) + "\">"
              : "") +
         "<title>" + escaped(title_) + "</title><style>" + kStyle + "</style></head><body>\n" +
         body_ + "<script>" + kScript + "</script></body></html>\n";
}

}  // namespace ganvas
