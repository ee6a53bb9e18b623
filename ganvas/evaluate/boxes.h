// Boxes around what images show, and whether activation maps peak in them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ganvas/inference/activation_map.h"

namespace ganvas {

/// Where images show what they are of, and how often a map peaked there: the pointing game of Zhang et al.,
/// ECCV 2016 (arXiv:1608.00507).
class Boxes {
 public:
  /// file: JSON, {"NAME": [[left, top, right, bottom], ...], ...}, shares of the image's sides.
  ///   Throws Error on another one.
  explicit Boxes(const std::string& file);

  /// Counts an image by its name without extension; one without boxes does not count.
  void count(const std::string& name, const Place& peak);

  int64_t asked() const { return asked_; }
  int64_t inside() const { return inside_; }

 private:
  struct Edges {
    double left, top, right, bottom;
  };

  std::map<std::string, std::vector<Edges>> boxes_;
  int64_t asked_ = 0, inside_ = 0;
};

}  // namespace ganvas
