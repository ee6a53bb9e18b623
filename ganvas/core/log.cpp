// Messages for people, on standard error.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/log.h"

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace ganvas {
namespace {

std::atomic<bool> progress_is_open = false;  // the cursor stands behind a progress line
std::atomic<bool> another_speaks = false;
std::string own_name;  // then; written once, before there are threads

/// Without what would move a terminal's cursor or colour it, as names of files may hold.
std::string shown(std::string text) {
  for (char& c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\n' && c != '\t') || code == 0x7f) c = '?';
  }
  // The same of the codes from 0x80, as UTF-8 has them.
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (text[i] != '\xc2' || next < 0x80 || next >= 0xa0) continue;
    text[i] = '?';
    text.erase(i + 1, 1);
  }
  return text;
}

/// As much of a text as the terminal has room for in one line: longer ones would scroll at each redraw.
std::string cut_to_terminal(const std::string& text) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return text;
  size_t columns = 0, end = 0;
  for (; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;  // of UTF-8
    if (begins && ++columns >= size.ws_col) break;
  }
  return text.substr(0, end);
}

}  // namespace

void tell_end(const std::string& text) {
  const char* before = progress_is_open.exchange(false) ? "\n" : "";
  std::fprintf(stderr, "%s%s\n", before, shown(text).c_str());
}

void note(const std::string& text) {
  if (!another_speaks) tell_end(text);
}

void warn(const std::string& text) {
  tell_end((another_speaks ? own_name + ": warning: " : "warning: ") + text);
}

void speak_only_of_warnings(const std::string& name) {
  own_name = name;
  another_speaks = true;
}

void show_progress(const std::string& text, bool milestone) {
  if (another_speaks) return;
  if (::isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r%s\033[K", cut_to_terminal(shown(text)).c_str());
    std::fflush(stderr);
    progress_is_open = true;
  } else if (milestone) {
    note(text);
  }
}

std::string duration_text(double seconds) {
  std::array<char, 32> text{};
  const auto whole = std::lround(seconds);
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%ld h %02ld min", whole / 3600, whole % 3600 / 60);
  } else if (whole >= 60) {
    std::snprintf(text.data(), text.size(), "%ld min %02ld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%ld s", whole);
  }
  return text.data();
}

std::string bytes_text(double bytes) {
  std::array<char, 32> text{};
  const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  for (; bytes >= 1000 && unit < 4; ++unit) bytes /= 1000;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  return text.data();
}

}  // namespace ganvas
