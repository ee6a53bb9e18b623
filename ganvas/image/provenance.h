// What an image says of where it is from: nothing, or that a model made parts of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/image/image.h"

namespace ganvas {

/// What made parts of an image.
struct Provenance {
  std::string tool;        // "ganvas 0.1.0 restore"
  std::string model;       // the method
  std::string model_hash;  // SHA-256 of its file
  std::string settings;    // as they were given, "--cell 8"
};

/// `image` with XMP that says so: IPTC's DigitalSourceType compositeWithTrainedAlgorithmicMedia,
/// and the rest under ganvas's own names. What its XMP said of other things stays.
Image with_provenance(const Image& image, const Provenance& provenance);

/// The XMP packet of an image, empty if it has none; and an image with another.
std::string xmp_of(const Image& image);
Image with_xmp(const Image& image, const std::string& packet);

/// `image` with nothing of its metadata but the colour profile, its pixels upright.
Image without_history(const Image& image);

}  // namespace ganvas
