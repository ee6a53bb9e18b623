// Image files, by libvips.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/codec.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>

#include <vips/vips8>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/image/formats.h"
#include "ganvas/image/private/file_edits.h"
#include "ganvas/image/private/metadata.h"
#include "ganvas/image/private/row_source.h"
#include "ganvas/image/private/vips.h"

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

/// True for colours that are shown as they are stored; others are converted.
bool is_shown_as_stored(const VImage& image) {
  const auto kind = image.interpretation();
  return kind == VIPS_INTERPRETATION_B_W || kind == VIPS_INTERPRETATION_GREY16 ||
         kind == VIPS_INTERPRETATION_sRGB || kind == VIPS_INTERPRETATION_RGB ||
         kind == VIPS_INTERPRETATION_RGB16 || kind == VIPS_INTERPRETATION_MULTIBAND;
}

/// Refuses numbers whose meaning as levels a file does not say.
void require_levels(const VImage& image, const fs::path& path) {
  const auto format = image.format();
  const bool are_levels = format == VIPS_FORMAT_UCHAR || format == VIPS_FORMAT_USHORT;
  const auto kind = image.interpretation();
  const bool is_lab = kind == VIPS_INTERPRETATION_LAB || kind == VIPS_INTERPRETATION_LABS ||
                      kind == VIPS_INTERPRETATION_LABQ;
  require(are_levels || is_lab, path.string(), ": cannot be read as an image: its pixels are ",
          vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format),
          " numbers, expected whole numbers of 8 or 16 bits; scale and save it with 16 bits");
}

VImage with_known_colors(VImage image) {
  const bool sixteen = image.format() == VIPS_FORMAT_USHORT || image.format() == VIPS_FORMAT_SHORT;
  if (!is_shown_as_stored(image)) {
    image = image.colourspace(sixteen ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);
  }
  if (!sixteen && image.format() != VIPS_FORMAT_UCHAR) image = image.cast(VIPS_FORMAT_UCHAR);
  return image.bands() > 4 ? image.extract_band(0, VImage::option()->set("n", 3)) : image;
}

/// A form of the image that the format can hold.
VImage fit_format(VImage image, const ImageFormat& format, const WriteOptions& options) {
  if (!format.holds_16_bits && image.format() == VIPS_FORMAT_USHORT) {
    // value / 257 with rounding; a plain cast to bytes would cut off at 255
    image = (image / 257.0)
                .rint()
                .cast(VIPS_FORMAT_UCHAR)
                .copy(VImage::option()->set("interpretation", image.bands() < 3
                                                                  ? VIPS_INTERPRETATION_B_W
                                                                  : VIPS_INTERPRETATION_sRGB));
  }
  const bool alpha = image.bands() == 2 || image.bands() == 4;
  if (!alpha || format.holds_alpha) return image;
  const auto& [red, green, blue] = options.background;
  const double grey = 0.299 * red + 0.587 * green + 0.114 * blue;
  const auto under =
      image.bands() == 2 ? std::vector<double>{grey} : std::vector<double>{red, green, blue};
  return image.flatten(VImage::option()->set("background", under)).cast(VIPS_FORMAT_UCHAR);
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

/// True if every pixel must come back from a file of this format.
bool is_exact(const ImageFormat& format, const Image& image, const WriteOptions& options) {
  if (format.coding != Coding::kEither) return format.coding == Coding::kExact;
  const bool was_exact = image.metadata && image.metadata->notes().is_exact;
  return options.lossless.value_or(was_exact && !options.quality && writes_exactly(format));
}

vips::VOption* save_options(const ImageFormat& format, const Image& image,
                            const WriteOptions& options) {
  auto* saving = VImage::option();
  const int quality = static_cast<int>(options.quality.value_or(kDefaultQuality));
  const bool exact = is_exact(format, image, options);
  if (format.coding == Coding::kLossy) {
    saving->set("Q", quality)->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF);
  }
  if (format.coding == Coding::kEither) saving->set("lossless", exact)->set("Q", quality);
  if (format.name == "AVIF") {
    saving->set("compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1)
        ->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF);
  }
  if (format.name == "TIFF") {
    const double bytes = static_cast<double>(image.width * image.height * image.channels) *
                         static_cast<double>(image.bits) / 8;
    saving->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE)
        ->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL)
        ->set("bigtiff", bytes > 3.5e9);
  }
  return saving;
}

/// Writes by the format's own operation, whatever the file is called.
void save(const VImage& pixels, const ImageFormat& format, const fs::path& path,
          vips::VOption* options) {
  VImage::call(format.saver, options->set("in", pixels)->set("filename", path.c_str()));
}

/// Throws what a failed writing says. libvips' words come from one buffer for all threads, so a full
/// disk is also told by its being full.
[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  constexpr uintmax_t kTooLittle = 1 << 16;  // bytes
  std::error_code unknown;
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const auto space = fs::space(folder, unknown);
  const bool is_full = reason.find(std::strerror(ENOSPC)) != std::string::npos ||
                       (!unknown && space.available < kTooLittle);
  if (is_full) refuse_writing(path, ENOSPC);
  throw Error(c10::str(path.string(), ": cannot write it: ", reason));
}

/// Brings what libvips wrote of an image, with what is beside its pixels, to its name.
void finish(AtomicFile& file, const ImageFormat& format, const Image& image, const VImage& pixels) {
  Beside beside;
  if (image.metadata) {
    beside.notes = image.metadata->notes();
    beside.resolution = image.metadata->resolution();
    beside.exif = image.metadata->exif_for_results();
    beside.width = pixels.width();
    beside.height = pixels.height();
    beside.xmp = ImageMetadata::xmp_of(pixels);
  }
  add_notes(file.temporary(), format, beside);
  file.commit();
}

/// What is read once, from the top, need not pass through a copy of libvips's own.
vips::VOption* read_options() {
  return VImage::option()
      ->set("fail_on", VIPS_FAIL_ON_TRUNCATED)
      ->set("access", VIPS_ACCESS_SEQUENTIAL);
}

/// A file of a format as libvips opens it; nothing is guessed.
VImage open_file(const ImageFormat& format, const fs::path& path, vips::VOption* options) {
  VImage opened;
  VImage::call(format.loader, options->set("filename", path.c_str())->set("out", &opened));
  return opened;
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

/// The pixels of an upright image of known colours, made by this thread: libvips's own way to
/// memory starts threads, which cost a small image more than its decoding.
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

/// Frames of an animation, or pages.
void require_one_frame(const VImage& stored, const FileNotes& notes, const fs::path& path) {
  int64_t frames = notes.frames;
  if (stored.get_typeof(VIPS_META_N_PAGES) != 0) {
    frames = std::max<int64_t>(frames, stored.get_int(VIPS_META_N_PAGES));
  }
  require(frames == 1, path.string(), ": has ", frames,
          " frames or pages, expected one image; take them apart into files of their own first");
}

void require_size(int64_t width, int64_t height, const fs::path& path) {
  require(width * height <= kMostPixels, path.string(), ": got ", width, " x ", height,
          " pixels, expected at most ", kMostPixels / 1'000'000,
          " megapixels; shrink it or cut it into pieces");
}

Image read_by_vips(const ImageFormat& format, const fs::path& path, int64_t least_side) {
  auto stored = open_file(format, path, read_options());
  const auto notes = read_notes(path, format);
  require_one_frame(stored, notes, path);
  require_size(stored.width(), stored.height(), path);
  require_levels(stored, path);
  if (const int factor = shrinking(stored, least_side); format.name == "JPEG" && factor > 1) {
    stored = open_file(format, path, read_options()->set("shrink", factor));
  }
  auto metadata = std::make_shared<const ImageMetadata>(stored, notes);
  const bool fits = is_shown_as_stored(stored);
  auto image = decoded(with_known_colors(upright(stored)));
  image.metadata = fits ? std::move(metadata) : metadata->without_profile();
  return image;
}

}  // namespace

Image read_image(const fs::path& path) {
  return read_image_shrunk(path, std::numeric_limits<int64_t>::max());
}

Image read_image_shrunk(const fs::path& path, int64_t least_side) {
  start_vips();
  require(path_exists(path), path.string(), ": no such file");
  require(!is_folder(path), path.string(), ": got a folder, expected an image file");
  require(is_file(path), path.string(), ": is no file (a pipe or a device), expected one");
  const auto& format = format_of_file(path);
  if (format.read != nullptr) return format.read(path);
  try {
    return read_by_vips(format, path, least_side);
  } catch (const vips::VError& error) {
    const auto reason = vips_reason(error);
    throw Error(c10::str(path.string(), ": cannot be read as an image: the ", format.name,
                         " is damaged, cut off, or coded in a way that is not read",
                         reason.empty() ? "" : " (" + reason + ")"));
  }
}

Image through_jpeg(const Image& image, int64_t quality) {
  start_vips();
  try {
    void* data = nullptr;
    size_t count = 0;
    fit_format(view_of(image), *format_named("x.jpg"), {})
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

void write_image(const Image& image, const fs::path& path, const WriteOptions& options) {
  start_vips();
  const auto& format = writable_format(path);
  require_fits(format, image.width, image.height, path);
  AtomicFile file(path);
  VImage pixels;
  try {
    pixels = fit_format(view_of(image), format, options);
    if (image.metadata) {
      if (format.holds_orientation) pixels = rotate_back(pixels, image.metadata->orientation());
      image.metadata->apply(pixels, format.holds_orientation ? Lie::kAsTagged : Lie::kUpright);
    }
    save(pixels, format, file.temporary(), save_options(format, image, options));
  } catch (const vips::VError& error) {
    refuse(path, vips_reason(error));
  }
  finish(file, format, image, pixels);
}

void write_rows(const Image& header, int64_t at_once, const MakeRows& make, const fs::path& path,
                const RowsOptions& options) {
  start_vips();
  const auto& format = writable_format(path);
  const auto [width, height] = options.size.value_or(ImageSize{header.width, header.height});
  require_fits(format, width, height, path);
  AtomicFile file(path);
  RowSource source(header, at_once, make);
  VImage pixels;
  try {
    auto made = source.image();
    if (width != header.width || height != header.height) {
      made = made.sequential().resize(
          static_cast<double>(width) / static_cast<double>(header.width),
          VImage::option()->set("vscale",
                                static_cast<double>(height) / static_cast<double>(header.height)));
    }
    pixels = fit_format(made, format, options.file).copy();
    if (header.metadata) header.metadata->apply(pixels, Lie::kUpright);
    save(pixels, format, file.temporary(), save_options(format, header, options.file));
  } catch (const vips::VError& error) {
    const auto reason = vips_reason(error);
    source.rethrow();
    refuse(path, reason);
  }
  finish(file, format, header, pixels);
}

std::string encode_image(const Image& image, const std::string& extension) {
  start_vips();
  const auto& format = writable_format("x" + extension);
  try {
    void* data = nullptr;
    size_t count = 0;
    fit_format(view_of(image), format, {})
        .write_to_buffer(extension.c_str(), &data, &count, save_options(format, image, {}));
    const std::unique_ptr<void, decltype(&g_free)> owner(data, g_free);
    return {static_cast<const char*>(data), count};
  } catch (const vips::VError& error) {
    throw Error(c10::str("encoding as ", extension, ": ", vips_reason(error)));
  }
}

bool writes_exactly(const ImageFormat& format) {
  if (format.coding != Coding::kEither || !can_write(format)) {
    return format.coding == Coding::kExact;
  }
  static std::mutex one_at_a_time;
  static std::map<std::string, bool> known;
  const std::scoped_lock lock(one_at_a_time);
  const auto [row, is_new] = known.emplace(format.name, false);
  if (!is_new) return row->second;
  constexpr int64_t kSide = 16;
  auto noise = make_image(kSide, kSide, 3);
  Random random(0);
  for (auto& level : noise.bytes) level = static_cast<uint8_t>(random.integer(0, 255));
  WriteOptions options;
  options.lossless = true;
  void* data = nullptr;
  size_t count = 0;
  try {
    view_of(noise).write_to_buffer(format.extensions[0].c_str(), &data, &count,
                                   save_options(format, noise, options));
    const std::unique_ptr<void, decltype(&g_free)> owner(data, g_free);
    row->second = decoded(VImage::new_from_buffer(data, count, "")).bytes == noise.bytes;
  } catch (const vips::VError&) {
    vips_error_clear();
    row->second = false;
  }
  return row->second;
}

bool has_image_name(const fs::path& path) {
  return path.filename().string()[0] != '.' && format_named(path) != nullptr;
}

}  // namespace ganvas
