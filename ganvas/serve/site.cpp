// The site that ganvas serve shows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/site.h"

#include <nlohmann/json.hpp>

#include "ganvas/core/host.h"
#include "ganvas/core/json.h"
#include "ganvas/core/version.h"
#include "ganvas/serve/lab.h"
#include "ganvas/serve/watch_site.h"
#include "web_assets.h"

namespace ganvas {
namespace {

/// The name by which other machines know this one, if it listens at all of its addresses.
std::string host_of(const std::string& address) {
  if (address == "0.0.0.0" || address == "::") return host_name();
  return address.find(':') == address.npos ? address : "[" + address + "]";
}

/// first: the page that is shown where none is named
std::vector<Route> pages(const std::string& first) {
  std::vector<Route> routes;
  for (const auto& [path, type, text] : kEmbeddedFiles) {
    const HttpResponse response{.type = type, .body = std::make_shared<const std::string>(text)};
    routes.push_back({"GET", path, [response](const HttpRequest&) { return response; }});
    if (path == first) routes.push_back({"GET", "/", routes.back().answer});
  }
  return routes;
}

void append(std::vector<Route>& all, std::vector<Route> more) {
  for (auto& route : more) all.push_back(std::move(route));
}

}  // namespace

struct Site::Parts {
  explicit Parts(SiteOptions given) : options(std::move(given)), watch(options.runs) {
    if (options.workshop) {
      playground.emplace(options.workshop->models, options.workshop->machine);
      lab.emplace();
    }
  }

  ~Parts() {
    watch.end();  // these tell the server
    if (playground) playground->end();
    server.reset();  // which asks all of them
  }

  SiteOptions options;
  WatchSite watch;
  std::optional<Playground> playground;
  std::optional<Lab> lab;
  std::unique_ptr<HttpServer> server;
};

Site::Site(SiteOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {
  auto& parts = *parts_;
  auto routes = parts.watch.routes();
  if (parts.playground) append(routes, parts.playground->routes());
  if (parts.lab) append(routes, parts.lab->routes());
  const Json about = {{"version", kVersion},
                      {"watches", !parts.options.runs.empty()},
                      {"plays", parts.playground.has_value()},
                      {"most_bytes", kMostBytesOfPicture}};
  routes.push_back({"GET", "/api/site",
                    [text = about.dump()](const HttpRequest&) { return json_response(text); }});
  const auto first = parts.options.runs.empty() ? "/playground" : "/watch";
  auto shown = pages(first);
  if (!parts.playground) {
    std::erase_if(
        shown, [](const Route& page) { return page.path == "/playground" || page.path == "/lab"; });
  }
  parts.server =
      std::make_unique<HttpServer>(parts.options.server, std::move(shown), std::move(routes));
  const auto tell = [server = parts.server.get()](const std::string& message) {
    server->publish(message);
  };
  parts.watch.begin(tell);
  if (parts.playground) parts.playground->begin(tell);
}

Site::~Site() = default;

std::string Site::address() const {
  const auto& [address, port, token] = parts_->options.server;
  const auto fragment = token.empty() ? "" : "#token=" + token;
  return c10::str("http://", host_of(address), ":", parts_->server->port(), "/", fragment);
}

}  // namespace ganvas
