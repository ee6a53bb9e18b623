// One row per method. Row `x` is the function `x()` that methods/x.cpp defines.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/method.h"

#define GANVAS_METHODS(ROW) \
  ROW(regress)              \
  ROW(pix2pix)              \
  ROW(cyclegan)             \
  ROW(cut)                  \
  ROW(discogan)             \
  ROW(dualgan)              \
  ROW(cogan)                \
  ROW(unit)                 \
  ROW(unit_adapt)           \
  ROW(dong)                 \
  ROW(judge)                \
  ROW(classifier)           \
  ROW(srresnet)             \
  ROW(srgan)                \
  ROW(dcgan)                \
  ROW(vae)                  \
  ROW(vaegan)               \
  ROW(gan)                  \
  ROW(gaussians)

namespace ganvas {

#define DECLARE(name) MethodEntry name();
GANVAS_METHODS(DECLARE)

namespace {

std::vector<MethodEntry>& rows() {
#define CALL(name) name(),
  static std::vector<MethodEntry> all = {GANVAS_METHODS(CALL)};
  return all;
}

}  // namespace

const std::vector<MethodEntry>& methods() {
  return rows();
}

void add_method(MethodEntry entry) {
  for (const auto& row : methods()) {
    require_usage(row.name != entry.name, "add_method: there is a method ", entry.name,
                  " already, expected another name");
  }
  rows().push_back(std::move(entry));
}

const MethodEntry& find_method(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& row : methods()) {
    if (row.name == name) return row;
    known.push_back(row.name);
  }
  throw UsageError(c10::str("--method: got '", name, "', expected one of ", c10::Join(", ", known),
                            did_you_mean(name, known)));
}

}  // namespace ganvas
