// Reading Python's pickles as data: names of functions stay names, nothing is imported or run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas {

/// One object of a pickle.
struct Pickled {
  enum class Kind { kNone, kInteger, kReal, kText, kSequence, kMapping, kName, kCall, kReference };

  Kind kind = Kind::kNone;
  int64_t integer = 0;  // of a number or a truth value
  double real = 0;
  std::string text;  // of a text; of a name, "module.name"; of a call, that of what is called

  /// The elements of a tuple or list; keys and values in turn of a mapping; the arguments of a call;
  /// the one object that says what a persistent reference refers to.
  std::vector<const Pickled*> parts;
};

/// A pickle's objects, which may refer to each other, even in circles, and the one that it is about.
struct Pickle {
  Pickle() = default;
  Pickle(Pickle&&) = default;
  Pickle(const Pickle&) = delete;

  std::deque<Pickled> objects;
  const Pickled* root = nullptr;
};

/// The pickle at the start of `bytes`, of which it takes off those that it read. Knows what
/// torch.save() writes, and the pickles of protocols 2 to 5 beside it; what sets an object's state
/// (BUILD) is passed over.
///   who: begins errors' texts
///   Throws Error on what is cut off, out of balance, or of another kind.
Pickle read_pickle(std::string_view& bytes, const std::string& who);

}  // namespace ganvas
