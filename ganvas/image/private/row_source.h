// Images of this library as libvips sees them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <exception>
#include <mutex>
#include <vector>

#include <vips/vips8>

#include "ganvas/core/error.h"
#include "ganvas/image/codec.h"

namespace ganvas {

/// The colour space of an image's pixels.
VipsInterpretation interpretation_of(const Image& image);

/// The pixels in memory. They must outlive the result.
vips::VImage view_of(const Image& image);

/// Rows on demand for libvips, which asks for them in strips from the top.
class RowSource {
 public:
  RowSource(const Image& header, int64_t at_once, const MakeRows& make)
      : header_(header), at_once_(at_once), make_(make) {}

  vips::VImage image() {
    VipsImage* made = vips_image_new();
    vips::VImage result(made);  // owns it
    const auto format = header_.bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
    vips_image_init_fields(made, static_cast<int>(header_.width), static_cast<int>(header_.height),
                           static_cast<int>(header_.channels), format, VIPS_CODING_NONE,
                           interpretation_of(header_), 1, 1);
    vips_image_pipelinev(made, VIPS_DEMAND_STYLE_THINSTRIP, nullptr);
    if (vips_image_generate(made, nullptr, &fill, nullptr, this, nullptr) != 0) {
      throw vips::VError();
    }
    return result;
  }

  /// Throws what make threw, which cannot pass through libvips.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static int fill(VipsRegion* out, void*, void* self, void*, gboolean*) {
    auto& source = *static_cast<RowSource*>(self);
    const std::lock_guard<std::mutex> lock(source.mutex_);
    if (source.failure_) return -1;
    try {
      const auto& place = out->valid;
      const auto pixel = static_cast<size_t>(source.header_.channels * (source.header_.bits / 8));
      for (int y = place.top; y < place.top + place.height; ++y) {
        std::memcpy(VIPS_REGION_ADDR(out, place.left, y),
                    source.row(y) + static_cast<size_t>(place.left) * pixel,
                    static_cast<size_t>(place.width) * pixel);
      }
      return 0;
    } catch (...) {
      source.failure_ = std::current_exception();
      return -1;
    }
  }

  const uint8_t* row(int64_t y) {
    const auto size = static_cast<size_t>(header_.width * header_.channels * (header_.bits / 8));
    while (y >= first_ + count_) {  // a strip may begin in the band before the last one
      before_ = std::move(band_);
      before_first_ = first_;
      first_ += count_;
      count_ = std::min(at_once_, header_.height - first_);
      band_ = make_(first_, count_);
    }
    require(y >= before_first_, "rows: row ", y, " was asked for after row ", first_);
    const bool is_late = y < first_;
    const auto& rows = is_late ? before_ : band_;
    return &rows[static_cast<size_t>(y - (is_late ? before_first_ : first_)) * size];
  }

  const Image& header_;
  int64_t at_once_;
  const MakeRows& make_;
  std::mutex mutex_;  // guards all below
  std::vector<uint8_t> band_, before_;
  int64_t first_ = 0, count_ = 0, before_first_ = 0;
  std::exception_ptr failure_;
};

}  // namespace ganvas
