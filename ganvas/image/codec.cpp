// Image files, by libvips.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/codec.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include <vips/vips8>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/metadata.h"

namespace ganvas {

namespace {

using vips::VImage;

/// What libvips has to say about its last failure, on one line.
std::string vips_reason(const vips::VError& error) {
  std::string text = error.what();
  vips_error_clear();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ';');
  return text;
}

VImage with_known_colors(VImage image) {
  const auto kind = image.interpretation();
  const bool known = kind == VIPS_INTERPRETATION_B_W || kind == VIPS_INTERPRETATION_GREY16 ||
                     kind == VIPS_INTERPRETATION_sRGB || kind == VIPS_INTERPRETATION_RGB ||
                     kind == VIPS_INTERPRETATION_RGB16;
  if (!known) image = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const bool sixteen = image.format() == VIPS_FORMAT_USHORT;
  if (!sixteen && image.format() != VIPS_FORMAT_UCHAR) image = image.cast(VIPS_FORMAT_UCHAR);
  return image.bands() > 4 ? image.extract_band(0, VImage::option()->set("n", 3)) : image;
}

VipsInterpretation interpretation_of(const Image& image) {
  const bool grey = image.colors() == 1;
  if (image.bits == 16) return grey ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16;
  return grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
}

/// The pixels in memory as libvips sees them. They must outlive the result.
VImage view_of(const Image& image) {
  const auto format = image.bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
  return VImage::new_from_memory(const_cast<uint8_t*>(image.bytes.data()), image.bytes.size(),
                                 static_cast<int>(image.width), static_cast<int>(image.height),
                                 static_cast<int>(image.channels), format)
      .copy(VImage::option()->set("interpretation", interpretation_of(image)));
}

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension;
}

bool is_jpeg(const std::string& extension) {
  return extension == ".jpg" || extension == ".jpeg";
}

/// A form of the picture that the format can hold.
VImage fit_format(VImage image, const std::string& extension) {
  const bool eight_bit = extension != ".png" && extension != ".tif" && extension != ".tiff";
  if (eight_bit && image.format() == VIPS_FORMAT_USHORT) {
    // value / 257 with rounding; a plain cast to bytes would cut off at 255
    image = (image / 257.0)
                .rint()
                .cast(VIPS_FORMAT_UCHAR)
                .copy(VImage::option()->set("interpretation", image.bands() < 3
                                                                  ? VIPS_INTERPRETATION_B_W
                                                                  : VIPS_INTERPRETATION_sRGB));
  }
  const bool alpha = image.bands() == 2 || image.bands() == 4;
  if (alpha && is_jpeg(extension)) {
    image = image.extract_band(0, VImage::option()->set("n", image.bands() - 1));
  }
  return image;
}

/// Undoes what autorot did for this orientation tag (EXIF 2.3, tag 0x0112).
VImage rotate_back(const VImage& image, int orientation) {
  switch (orientation) {
    case 2:
      return image.fliphor();
    case 3:
      return image.rot180();
    case 4:
      return image.flipver();
    case 5:
      return image.rot90().fliphor();
    case 6:
      return image.rot270();
    case 7:
      return image.rot270().fliphor();
    case 8:
      return image.rot90();
    default:
      return image;
  }
}

vips::VOption* save_options(const std::string& extension) {
  auto* options = VImage::option();
  if (is_jpeg(extension)) options->set("Q", 95)->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF);
  if (extension == ".webp") options->set("Q", 95);
  if (extension == ".tif" || extension == ".tiff") {
    options->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE);
  }
  return options;
}

/// Rows on demand for libvips, which asks for them in strips from the top.
class RowSource {
 public:
  RowSource(const Image& header, int64_t at_once, const MakeRows& make)
      : header_(header), at_once_(at_once), make_(make) {}

  VImage image() {
    VipsImage* made = vips_image_new();
    VImage result(made);  // owns it
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

void require_format(const fs::path& path) {
  require(vips_foreign_find_save(path.c_str()) != nullptr, path.string(), ": got the extension '",
          lower_extension(path), "', which names no image format; use .png, .jpg, .webp or .tif");
}

/// What is read once, from the top, need not pass through a copy of libvips's own.
vips::VOption* read_options() {
  return VImage::option()
      ->set("fail_on", VIPS_FAIL_ON_TRUNCATED)
      ->set("access", VIPS_ACCESS_SEQUENTIAL);
}

/// True for files that begin as JPEGs do.
bool begins_as_jpeg(const fs::path& path) {
  std::array<char, 3> first{};
  std::ifstream(path, std::ios::binary).read(first.data(), first.size());
  return std::memcmp(first.data(), "\xff\xd8\xff", first.size()) == 0;
}

/// By how much a JPEG can be shrunk while it is decoded.
int shrinking(const VImage& stored, int64_t least_side) {
  int factor = 1;
  while (factor < 8 && std::min(stored.width(), stored.height()) / (2 * factor) >= least_side) {
    factor *= 2;
  }
  return factor;
}

VImage upright(const VImage& image) {
  // Turning looks at rows in another order than they come in.
  return ImageMetadata::orientation_of(image) > 1 ? image.copy_memory().autorot() : image;
}

/// The pixels of an upright picture of known colours, made by this thread: libvips's own way to
/// memory starts threads, which cost a small picture more than its decoding.
Image decoded(const VImage& source) {
  auto image = make_image(source.width(), source.height(), source.bands(),
                          source.format() == VIPS_FORMAT_USHORT ? 16 : 8);
  constexpr int kStrip = 128;  // rows at a time, from the top
  const std::unique_ptr<VipsRegion, decltype(&g_object_unref)> region(
      vips_region_new(source.get_image()), g_object_unref);
  const auto row = image.bytes.size() / static_cast<size_t>(image.height);
  for (int top = 0; top < source.height(); top += kStrip) {
    const VipsRect strip{0, top, source.width(), std::min(kStrip, source.height() - top)};
    if (vips_region_prepare(region.get(), &strip) != 0) throw vips::VError();
    for (int y = top; y < top + strip.height; ++y) {
      std::memcpy(&image.bytes[static_cast<size_t>(y) * row], VIPS_REGION_ADDR(region.get(), 0, y),
                  row);
    }
  }
  return image;
}

}  // namespace

Image make_image(int64_t width, int64_t height, int64_t channels, int64_t bits) {
  require(width > 0 && height > 0 && channels >= 1 && channels <= 4 && (bits == 8 || bits == 16),
          "image: got ", width, " x ", height, " with ", channels, " channels of ", bits,
          " bits, expected 1 to 4 channels of 8 or 16 bits");
  Image image{width, height, channels, bits, {}};
  image.bytes.resize(static_cast<size_t>(width * height * channels * (bits / 8)));
  return image;
}

Image read_image(const fs::path& path) {
  return read_image_shrunk(path, std::numeric_limits<int64_t>::max());
}

Image read_image_shrunk(const fs::path& path, int64_t least_side) {
  start_vips();
  require(fs::exists(path), path.string(), ": no such file");
  require(!fs::is_directory(path), path.string(), ": got a folder, expected an image file");
  try {
    // Most pictures are JPEGs: libvips asks each of its decoders whether a file is its own.
    const bool is_jpeg = begins_as_jpeg(path);
    auto stored = is_jpeg ? VImage::jpegload(path.c_str(), read_options())
                          : VImage::new_from_file(path.c_str(), read_options());
    const int64_t pixels = int64_t{stored.width()} * stored.height();
    require(pixels <= kMostPixels, path.string(), ": got ", stored.width(), " x ", stored.height(),
            " pixels, expected at most ", kMostPixels / 1'000'000,
            " megapixels; shrink it or cut it into pieces");
    if (const int factor = shrinking(stored, least_side); is_jpeg && factor > 1) {
      stored = VImage::jpegload(path.c_str(), read_options()->set("shrink", factor));
    }
    auto metadata = std::make_shared<const ImageMetadata>(stored);
    auto image = decoded(with_known_colors(upright(stored)));
    image.metadata = std::move(metadata);
    return image;
  } catch (const vips::VError& error) {
    throw Error(c10::str(path.string(), ": cannot be read as an image: ", vips_reason(error)));
  }
}

Image through_jpeg(const Image& image, int64_t quality) {
  start_vips();
  try {
    void* data = nullptr;
    size_t count = 0;
    fit_format(view_of(image), ".jpg")
        .write_to_buffer(".jpg", &data, &count,
                         VImage::option()
                             ->set("Q", static_cast<int>(quality))
                             ->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_ON));
    const std::unique_ptr<void, decltype(&g_free)> owner(data, g_free);
    return decoded(VImage::new_from_buffer(data, count, ""));
  } catch (const vips::VError& error) {
    throw Error(c10::str("JPEG of quality ", quality, ": ", vips_reason(error)));
  }
}

void write_image(const Image& image, const fs::path& path) {
  start_vips();
  const auto extension = lower_extension(path);
  require_format(path);
  AtomicFile file(path);
  try {
    auto pixels = fit_format(view_of(image), extension);
    if (image.metadata) {
      const bool has_tag =
          is_jpeg(extension) || extension == ".tif" || extension == ".tiff" || extension == ".webp";
      if (has_tag) pixels = rotate_back(pixels, image.metadata->orientation());
      pixels = pixels.copy();
      image.metadata->apply(pixels);
      if (!has_tag) pixels.remove(VIPS_META_ORIENTATION);
    }
    pixels.write_to_file(file.temporary().c_str(), save_options(extension));
  } catch (const vips::VError& error) {
    throw Error(c10::str(path.string(), ": cannot write it: ", vips_reason(error)));
  }
  file.commit();
}

void write_rows(const Image& header, int64_t at_once, const MakeRows& make, const fs::path& path) {
  start_vips();
  const auto extension = lower_extension(path);
  require_format(path);
  AtomicFile file(path);
  RowSource source(header, at_once, make);
  try {
    auto pixels = fit_format(source.image(), extension).copy();
    if (header.metadata) header.metadata->apply(pixels);
    pixels.remove(VIPS_META_ORIENTATION);
    pixels.write_to_file(file.temporary().c_str(), save_options(extension));
  } catch (const vips::VError& error) {
    const auto reason = vips_reason(error);
    source.rethrow();
    throw Error(c10::str(path.string(), ": cannot write it: ", reason));
  }
  file.commit();
}

std::string encode_image(const Image& image, const std::string& extension) {
  start_vips();
  try {
    void* data = nullptr;
    size_t count = 0;
    fit_format(view_of(image), extension)
        .write_to_buffer(extension.c_str(), &data, &count, save_options(extension));
    const std::unique_ptr<void, decltype(&g_free)> owner(data, g_free);
    return {static_cast<const char*>(data), count};
  } catch (const vips::VError& error) {
    throw Error(c10::str("encoding as ", extension, ": ", vips_reason(error)));
  }
}

bool has_image_name(const fs::path& path) {
  const std::array<const char*, 10> names = {".jpg",  ".jpeg", ".png",  ".webp", ".tif",
                                             ".tiff", ".gif",  ".heic", ".heif", ".avif"};
  const auto extension = lower_extension(path);
  return path.filename().string()[0] != '.' &&
         std::find(names.begin(), names.end(), extension) != names.end();
}

}  // namespace ganvas
