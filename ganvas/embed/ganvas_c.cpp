// ganvas for other languages.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/embed/ganvas_c.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ganvas/core/error.h"
#include "ganvas/core/share.h"
#include "ganvas/core/version.h"
#include "ganvas/image/convert.h"
#include "ganvas/inference/enlarge.h"
#include "ganvas/inference/model.h"
#include "ganvas/inference/restore.h"
#include "ganvas/mosaic/find_mosaics.h"

struct ganvas_model {
  ganvas::Model model;
  int64_t scale;
};

namespace ganvas {
namespace {

thread_local std::string last_error;
int64_t wanted_threads = 0;

/// Random states, threads and flags of torch are the process': one call at a time.
std::mutex one_at_a_time;

/// Runs what may throw, and keeps what was thrown as a text.
template <typename Work>
int guarded(const Work& work) {
  try {
    const std::lock_guard lock(one_at_a_time);
    work();
    return GANVAS_OK;
  } catch (const UsageError& error) {
    last_error = error.what();
    return GANVAS_WRONG_USAGE;
  } catch (const std::exception& error) {
    last_error = std::string(error.what());
    last_error = last_error.substr(0, last_error.find('\n'));  // torch's carry a trace
    return GANVAS_FAILED;
  } catch (...) {
    last_error = "an error of no known kind";
    return GANVAS_FAILED;
  }
}

size_t bytes_of(const ganvas_image& image) {
  return static_cast<size_t>(image.width * image.height * image.channels * (image.bits / 8));
}

void require_image(const ganvas_image* image, const char* which) {
  require_usage(image != nullptr && image->pixels != nullptr, which, ": got no pixels");
  const bool is_known =
      (image->channels == 1 || image->channels == 3) && (image->bits == 8 || image->bits == 16);
  require_usage(is_known, which, ": got ", image->channels, " channels of ", image->bits,
                " bits, expected 1 or 3 of 8 or 16; take alpha off");
  constexpr int64_t kMostPixels = int64_t{1} << 34;
  require_usage(image->width > 0 && image->height > 0 && image->width < kMostPixels &&
                    image->height <= kMostPixels / image->width,
                which, ": got ", image->width, " x ", image->height, " pixels");
}

void require_result(const ganvas_image* from, const ganvas_image* to, int64_t scale) {
  require_image(from, "from");
  require_image(to, "to");
  const bool fits = to->width == scale * from->width && to->height == scale * from->height &&
                    to->channels == from->channels && to->bits == from->bits;
  require_usage(fits, "to: got ", to->width, " x ", to->height, " of ", to->channels,
                " channels of ", to->bits, " bits, expected ", scale * from->width, " x ",
                scale * from->height, " of ", from->channels, " of ", from->bits);
}

Image image_of(const ganvas_image& from) {
  auto image = make_image(from.width, from.height, from.channels, from.bits);
  std::memcpy(image.bytes.data(), from.pixels, bytes_of(from));
  return image;
}

void fill(ganvas_image& to, const Image& image) {
  const bool fits = image.width == to.width && image.height == to.height &&
                    image.channels == to.channels && image.bits == to.bits;
  require_usage(fits, "to: the model makes ", image.channels, " channels of ", to.channels,
                ", give it RGB");
  std::memcpy(to.pixels, image.bytes.data(), bytes_of(to));
}

/// A name of a model that comes along, or a path.
std::string path_of(const std::string& name) {
  for (const auto* known : {"upscale-x4", "upscale-x4-vivid", "restore", "restore-vivid"}) {
    if (name == known) return shared_file("weights/" + name + ".safetensors").string();
  }
  return name;
}

int64_t scale_of(const Model& model) {
  const auto abilities = model.method().abilities();
  return abilities.directions.empty() ? 0 : model.info().image_spec().scale;
}

Model& model_of(ganvas_model* handle) {
  require_usage(handle != nullptr, "model: got none, expected what ganvas_open() gave");
  return handle->model;
}

}  // namespace
}  // namespace ganvas

using namespace ganvas;

int ganvas_c_version(void) {
  return GANVAS_C_VERSION;
}

const char* ganvas_version(void) {
  return kVersion;
}

const char* ganvas_last_error(void) {
  return last_error.c_str();
}

int ganvas_set_threads(int64_t threads) {
  return guarded([&] {
    require_usage(threads >= 0 && threads <= 1024, "threads: got ", threads,
                  ", expected 0 to 1024");
    const int64_t cores = std::max(1U, std::thread::hardware_concurrency());
    wanted_threads = threads > 0 ? threads : cores;
    set_up_machine({.threads = wanted_threads}, Work::kInference);
  });
}

ganvas_model* ganvas_open(const char* path) {
  std::unique_ptr<ganvas_model> made;
  guarded([&] {
    require_usage(path != nullptr, "path: got none");
    const auto machine = set_up_machine({.threads = wanted_threads}, Work::kInference);
    Model model(path_of(path), machine);
    const int64_t scale = scale_of(model);
    made = std::make_unique<ganvas_model>(ganvas_model{std::move(model), scale});
  });
  return made.release();
}

void ganvas_close(ganvas_model* model) {
  delete model;
}

int64_t ganvas_scale(const ganvas_model* model) {
  return model == nullptr ? 0 : model->scale;
}

const char* ganvas_method(const ganvas_model* model) {
  return model == nullptr ? "" : model->model.info().method.c_str();
}

int ganvas_translate(ganvas_model* handle, const ganvas_image* from, ganvas_image* to) {
  return guarded([&] {
    const auto& model = model_of(handle);
    require_usage(handle->scale > 0, "ganvas_translate: ", model.info().method,
                  " makes no images of images");
    require_usage(handle->scale == 1, "ganvas_translate: the model enlarges ", handle->scale,
                  " times; use ganvas_upscale");
    require_result(from, to, 1);
    fill(*to, model(image_of(*from)));
  });
}

int ganvas_upscale(ganvas_model* handle, const ganvas_image* from, ganvas_image* to) {
  return guarded([&] {
    const auto& model = model_of(handle);
    const int64_t scale = enlarging_scale(model);
    require_result(from, to, scale);
    const auto pixels = to_tensor(image_of(*from), model.info().image_spec().channels_a);
    const auto blank = make_image(to->width, to->height, to->channels, to->bits);
    fill(*to, with_colors(blank, enlarge(model, pixels)));
  });
}

int ganvas_restore(ganvas_model* handle, const ganvas_image* from, ganvas_image* to,
                   int64_t* found) {
  return guarded([&] {
    const auto& model = model_of(handle);
    require_restorer(model);
    require_result(from, to, 1);
    const auto image = image_of(*from);
    const auto mosaics = find_mosaics(image).mosaics;
    if (found != nullptr) *found = static_cast<int64_t>(mosaics.size());
    fill(*to, mosaics.empty() ? image : restore(model, image, mosaics).image);
  });
}
