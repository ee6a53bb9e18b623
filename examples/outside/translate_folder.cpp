// Translates every image of a folder with a trained model: the library in twenty lines.
//   example_translate_folder runs/facades photos/ out/
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "ganvas/core/files.h"
#include "ganvas/ganvas.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s MODEL FOLDER OUT\n", argv[0]);
    return 2;
  }
  try {
    const auto machine = ganvas::set_up_machine({}, ganvas::Work::kInference);
    const ganvas::Model model(argv[1], machine);
    ganvas::make_folders(argv[3]);
    for (const auto& path : ganvas::list_files(argv[2])) {
      if (!ganvas::has_image_name(path)) continue;
      const auto image = ganvas::read_image(path);
      ganvas::write_image(model(image), argv[3] / path.filename());
    }
  } catch (const ganvas::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
