// Mosaics in photographs: found, restored by a model, and held to what their cells say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/image/find_mosaics.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// Throws UsageError unless the model was trained on mosaics.
void require_restorer(const Translator& model);

/// Restores the mosaics of a picture. Only they and a margin of four cells around are computed;
/// pixels outside them stay bit-identical, as do bits, alpha and metadata. Where cells are whole
/// pixels the result is projected (image/project.h). What a model trained on cells of one size gets
/// to see is first brought to that size, and its result back.
///   Throws Error if a mosaic does not fit the picture.
Image restore(const Translator& model, const Image& image, const std::vector<FoundMosaic>& mosaics);

}  // namespace ganvas
