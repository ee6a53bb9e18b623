// The knobs of how much detail a model invents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/files.h"
#include "ganvas/inference/model.h"

namespace ganvas {

struct DetailConfig {
  std::string vivid;  // the file of a model, or a run's folder
  double detail = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("detail", detail,
      "0 is faithful, what regression is sure of; 1 is vivid: sharper, and more of it invented; "
      "between them lie all shades",
      Range{0, 1});
    v("vivid", vivid, "model of --detail 1, of the same layers as --model");
  }

  /// Moves a faithful model as far towards the vivid one. Throws UsageError if there is no such file.
  void apply_to(Model& model) const {
    if (detail == 0) return;
    require_usage(path_exists(vivid), "--vivid: ", vivid,
                  ": no such file; name the model of --detail 1");
    model.move_towards(Model(vivid, model.machine()), detail);
  }
};

}  // namespace ganvas
