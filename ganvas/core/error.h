// The one exception of the library and the one check that throws it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include <c10/util/StringUtil.h>

namespace ganvas {

/// The one exception ganvas throws. Its text is one line: who: what was got, what was expected,
/// what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An Error in how the program was called (an unknown flag, a value out of range). The command
/// line answers it with exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Throws Error with the joined parts, unless `ok`.
template <typename... Parts>
void require(bool ok, const Parts&... parts) {
  if (!ok) throw Error(c10::str(parts...));
}

/// Throws UsageError with the joined parts, unless `ok`.
template <typename... Parts>
void require_usage(bool ok, const Parts&... parts) {
  if (!ok) throw UsageError(c10::str(parts...));
}

}  // namespace ganvas
