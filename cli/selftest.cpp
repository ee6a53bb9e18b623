// ganvas selftest: does it work on this machine? One report to paste into a bug report.
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>
#include <unistd.h>

#include "cli/command.h"
#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/core/version.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/kernels/convolution.h"
#include "ganvas/kernels/instructions.h"
#include "ganvas/methods/method.h"
#include "ganvas/store/checkpoint.h"
#include "ganvas/train/train.h"

namespace ganvas {
namespace {

/// A folder that goes when the test does.
class Workplace {
 public:
  Workplace() : path_(fs::temp_directory_path() / c10::str("ganvas-selftest-", ::getpid())) {
    make_folders(path_);
  }
  ~Workplace() {
    std::error_code stays;
    fs::remove_all(path_, stays);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

struct SelfTest {
  const Workplace& place;
  Settings machine;
  double seconds;  // of the training
};

double relative_difference(const Tensor& got, const Tensor& expected) {
  return ((got - expected).abs().max() / expected.abs().max().clamp_min(1e-12)).item<double>();
}

/// Convolutions and their gradients by the kernels that this machine takes, beside torch's.
std::string operators(const SelfTest&) {
  constexpr double kMost = 2e-3;
  struct Shape {
    int64_t in, out, side, kernel, stride;
    kernels::ConvWay way;
  };
  using kernels::ConvWay;
  constexpr Shape kShapes[] = {
      {3, 32, 64, 7, 1, ConvWay::kPlain},  {32, 64, 64, 3, 2, ConvWay::kPlain},
      {64, 64, 32, 3, 1, ConvWay::kPlain}, {64, 32, 32, 4, 2, ConvWay::kTransposed},
      {32, 3, 64, 7, 1, ConvWay::kPlain},  {256, 256, 8, 3, 1, ConvWay::kPlain},
      {6, 64, 64, 4, 2, ConvWay::kPlain},  {16, 16, 48, 5, 1, ConvWay::kPlain}};
  double worst = 0;
  std::map<std::string, int> chosen;
  const kernels::KernelTrace trace([&](const auto&, const char* kernel) { ++chosen[kernel]; });
  for (const auto& s : kShapes) {
    auto x = at::randn({2, s.in, s.side, s.side}).requires_grad_();
    const bool is_plain = s.way == ConvWay::kPlain;
    auto weight =
        at::randn({is_plain ? s.out : s.in, is_plain ? s.in : s.out, s.kernel, s.kernel}) * 0.1;
    weight.requires_grad_();
    const Tensor bias;
    const kernels::Window window{s.kernel, s.stride, (s.kernel - 1) / 2};
    const kernels::Convolution convolution{x, weight, bias, window, s.way};
    kernels::FilterCache cache, other;
    const auto got = kernels::conv2d(convolution, cache);
    const auto expected = kernels::conv_kernels().back().run(convolution, other);
    const auto upper = at::randn(got.sizes());
    const auto g = torch::autograd::grad({got}, {x, weight}, {upper});
    const auto e = torch::autograd::grad({expected}, {x, weight}, {upper});
    worst = std::max({worst, relative_difference(got, expected), relative_difference(g[0], e[0]),
                      relative_difference(g[1], e[1])});
  }
  require(worst < kMost, "a convolution differs from torch's by ", worst, " of its largest number");
  std::vector<std::string> names;
  for (const auto& [name, count] : chosen) names.push_back(c10::str(name, " ", count));
  return c10::str(c10::Join(", ", names), "; largest difference ", worst);
}

Image test_image() {
  auto image = make_image(48, 32, 3);
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    image.bytes[i] = static_cast<uint8_t>(i % 3 == 0   ? 5 * (i / 3 % 48)
                                          : i % 3 == 1 ? 7 * (i / 144)
                                                       : 90);
  }
  return image;
}

/// Every kind of file that is written, read back.
std::string formats(const SelfTest& test) {
  constexpr double kLeastPsnr = 25;
  const auto image = test_image();
  std::vector<std::string> worked, absent;
  for (const auto& format : image_formats()) {
    if (format.coding == Coding::kNotWritten) continue;
    if (!can_write(format) || !can_read(format)) {
      absent.push_back(format.name);
      continue;
    }
    const auto file = test.place / ("image" + format.extensions.at(0));
    write_image(image, file);
    const auto back = to_tensor(read_image(file), 3);
    const double error = (back - to_tensor(image, 3)).square().mean().item<double>();
    const double psnr = 10 * std::log10(4 / std::max(error, 1e-12));
    const bool is_exact = format.coding == Coding::kExact;
    require(is_exact ? error == 0 : psnr > kLeastPsnr, format.name, " brings back another image (",
            psnr, " dB)");
    worked.push_back(format.name);
  }
  return c10::str(
      c10::Join(", ", worked),
      absent.empty() ? "" : c10::str("; not in this libvips: ", c10::Join(", ", absent)));
}

/// Pairs of scenes and their negatives.
void write_pairs(const fs::path& folder, int64_t count, uint64_t seed) {
  make_folders(folder);
  for (int64_t n = 0; n < count; ++n) {
    Random random(seed, 0, static_cast<uint64_t>(n));
    auto both = make_image(128, 64, 3);
    std::array<double, 3> slope = {random.uniform(), random.uniform(), random.uniform()};
    for (int64_t y = 0; y < 64; ++y) {
      for (int64_t x = 0; x < 64; ++x) {
        for (int64_t c = 0; c < 3; ++c) {
          const auto value = static_cast<uint8_t>(
              127 + 120 * std::sin(0.15 * (slope[static_cast<size_t>(c)] * static_cast<double>(x) +
                                           (1 - slope[0]) * static_cast<double>(y))));
          both.bytes[static_cast<size_t>((y * 128 + x) * 3 + c)] = value;
          both.bytes[static_cast<size_t>((y * 128 + 64 + x) * 3 + c)] =
              static_cast<uint8_t>(255 - value);
        }
      }
    }
    write_image(both, folder / c10::str(n, ".png"));
  }
}

RunSpec tiny_run(const SelfTest& test, const std::string& name, int64_t steps) {
  RunSpec spec;
  spec.method = "pix2pix";
  spec.folder = test.place / name;
  spec.method_settings = {{"width", "8"}, {"discriminator-width", "8"}, {"patch", "16"}};
  spec.train.batch = 2;
  spec.run.steps = steps;
  spec.run.save_every = 2;
  assign_known(spec.machine, test.machine);
  spec.data = find_data(test.place / "data", find_method(spec.method).task, {}, {.size = 64});
  return spec;
}

/// The same run twice.
std::string determinism(const SelfTest& test) {
  const auto whole = train(tiny_run(test, "whole", 6), Start::kFresh).checkpoint;
  const auto again = train(tiny_run(test, "again", 6), Start::kFresh).checkpoint;
  const auto a = open_checkpoint(whole), b = open_checkpoint(again);
  for (const auto& name : a.file.names()) {
    require(a.file.read(name).equal(b.file.read(name)), "two equal runs differ in ", name);
  }
  return c10::str("two runs of 6 steps are equal in ", a.file.names().size(), " tensors");
}

/// A training that must learn something.
std::string learning(const SelfTest& test) {
  auto spec = tiny_run(test, "learning", 1000000);
  spec.method = "regress";
  spec.method_settings = {{"width", "16"}, {"lr", "0.002"}};
  spec.run.save_every = spec.run.validate_every = 1000000;
  double first = 0, last = 0;
  int64_t steps = 0;
  const auto begin = std::chrono::steady_clock::now();
  class Enough {};
  const Sink watch = [&](const Event& event) {
    if (event.kind != "step") return;
    last = steps == 0 ? event.numbers.at(0).second : 0.9 * last + 0.1 * event.numbers.at(0).second;
    if (++steps == 5) first = last;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    if (spent.count() > test.seconds) throw Enough();
  };
  try {
    train(spec, Start::kFresh, {watch});
  } catch (const Enough&) {
    require(steps >= 10 && last < 0.7 * first, "the loss went from ", first, " to ", last, " in ",
            steps, " steps, expected less than 0.7 of it");
  }
  return c10::str(steps, " steps, the loss went from ", first, " to ", last);
}

struct Part {
  const char* name;
  std::string (*run)(const SelfTest& test);
};

constexpr Part kParts[] = {{"operators", operators},
                           {"formats", formats},
                           {"determinism", determinism},
                           {"learning", learning}};

std::string first_value(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    if (line.rfind(name, 0) != 0 || colon == std::string::npos) continue;
    const auto value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "unknown";
}

void print_machine(const Machine& machine) {
  std::printf("ganvas       %s\nlibtorch     %s\nprocessor    %s, %u cores, kernels for %s\n",
              kVersion, TORCH_VERSION, first_value("/proc/cpuinfo", "model name").c_str(),
              std::thread::hardware_concurrency(), kernels::instructions().c_str());
  std::printf("memory       %s\nmachine      %s\n",
              first_value("/proc/meminfo", "MemTotal").c_str(), describe(machine).c_str());
}

}  // namespace

int run_selftest(const std::vector<std::string>& arguments) {
  Arguments expected(
      "Tries out whether ganvas works on this machine: its convolutions beside torch's, the files that it "
      "writes, equal runs, a training of some seconds. The report is for bug reports.",
      "ganvas selftest");
  std::string seconds = "20";
  Settings given;
  expected.take("--seconds", seconds, "length of the training");
  expected.take(describe(MachineConfig{}), given, kMachineGroup);
  if (!expected.parse(arguments)) return kDone;
  const Knob length{"seconds", "", "", KnobKind::kNumber, Range{1, 3600}};
  const Workplace place;
  SelfTest test{place, given, 20};
  read_knob(length, seconds, test.seconds);
  print_machine(set_up_machine(config_of<MachineConfig>(given), Work::kTraining));
  write_pairs(place / "data/train", 16, 1);
  write_pairs(place / "data/val", 2, 2);
  int failed = 0;
  for (const auto& part : kParts) {
    std::string said;
    try {
      said = "ok      " + part.run(test);
    } catch (const std::exception& error) {
      said = "FAILED  " + first_line(error.what());
      ++failed;
    }
    std::printf("%-11s  %s\n", part.name, said.c_str());
    std::fflush(stdout);
    if (interrupted()) return kInterrupted;
  }
  return failed == 0 ? kDone : kFailed;
}

}  // namespace ganvas
