// Messages for people, on standard error.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// Writes one line to standard error. Ends a progress line that is being drawn there first.
void note(const std::string& text);

/// note() with "warning: " in front.
void warn(const std::string& text);

/// Says why this process ends, whoever speaks else.
void tell_end(const std::string& text);

/// From here on this process is one of several of which another speaks: note() and progress write nothing, and warn()
/// begins with this name.
void speak_only_of_warnings(const std::string& name);

/// Draws `text` over the previous progress line on a terminal; elsewhere writes a line of its own,
/// but only if `milestone`, so that a log file is not filled with thousands of lines.
void show_progress(const std::string& text, bool milestone);

/// "1 h 02 min", "3 min 20 s", "12 s".
std::string duration_text(double seconds);

/// "1.5 MB".
std::string bytes_text(double bytes);

}  // namespace ganvas
