// Who may ask a server anything: a page of another site may not, even where it runs in the same browser.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "ganvas/serve/http.h"

namespace ganvas {

/// The rules of a server. A value; threads may share it.
///
/// Without a token, Host comes before everything: a name of a stranger's that was made to point here (DNS rebinding) is
/// refused. With one, all but the pages themselves must bring it. What changes something must come from a page of this
/// server's own, by its Origin, and nothing but the pages is told to another site's.
class Gate {
 public:
  /// address: what the server listens on;  token: empty asks for none
  Gate(std::string address, std::string token);

  /// Why a request is refused, if it is.
  ///   header: of the request, names in lower case;  is_page: a file of the pages, which tells nothing
  std::optional<HttpError> refusal(const std::string& method,
                                   const std::map<std::string, std::string>& header,
                                   bool is_page) const;

 private:
  bool is_own_host(const std::string& host) const;
  bool has_token(const std::map<std::string, std::string>& header) const;

  std::string address_, token_;
};

/// 32 hexadecimal digits from the system's source of randomness.
std::string make_token();

}  // namespace ganvas
