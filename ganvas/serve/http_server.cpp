// A small HTTP server around libmicrohttpd.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/http_server.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include "ganvas/serve/event_stream.h"
#include "ganvas/serve/gate.h"
#include "ganvas/serve/newcomers.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostOfAllBodies = size_t{256} << 20;  // bytes, in flight at once
constexpr size_t kMostWaiting = 64;                     // requests that wait for a thread
constexpr auto kMostForBody = std::chrono::seconds(120);
constexpr auto kHeartbeat = std::chrono::seconds(5);
constexpr auto kStreamPath = "/api/stream";

constexpr std::pair<const char*, const char*> kHeadersOfAll[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

MHD_Result collect(void* map, MHD_ValueKind kind, const char* name, const char* value) {
  std::string key = name;
  if (kind == MHD_HEADER_KIND) {
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return std::tolower(c); });
  }
  auto& values = *static_cast<std::map<std::string, std::string>*>(map);
  const bool is_new = values.emplace(key, value == nullptr ? "" : value).second;
  if (!is_new && key == "host") values[key] = "twice";  // which of them is meant?
  return MHD_YES;
}

}  // namespace

struct HttpServer::Inside {
  /// A request on its way. Lives until libmicrohttpd says that it is over.
  struct Exchange {
    Inside* server;
    MHD_Connection* connection;
    const Route* route = nullptr;
    HttpRequest request = {};
    std::optional<HttpResponse> response = {};
    Clock::time_point begin = Clock::now();
    bool is_over_limit = false, is_asked = false;
    // Of a listener to the stream:
    EventStream::Place place = {};
    std::string pending = {};
    size_t sent = 0;
  };

  Inside(const HttpServerOptions& options, std::vector<Route> pages, std::vector<Route> routes);
  ~Inside();

  void listen(const HttpServerOptions& options);
  MHD_Result accept_head(Exchange& exchange);
  MHD_Result take_body(Exchange& exchange, const char* bytes, size_t* count);
  MHD_Result ask(Exchange& exchange);
  MHD_Result send(Exchange& exchange) const;
  MHD_Result send_stream(Exchange& exchange);
  ssize_t next_of_stream(Exchange& exchange, char* buffer, size_t most);
  void wake_listeners();
  void end(Exchange* exchange);
  void work();
  void watch_over();

  std::vector<Route> pages, routes;
  std::optional<Gate> gate;
  EventStream stream;
  MHD_Daemon* daemon = nullptr;
  int port = 0;

  std::mutex mutex;
  std::condition_variable has_work, is_ending;
  bool is_stopping = false;
  std::deque<Exchange*> waiting;  // for a thread
  std::set<Exchange*> asleep;     // listeners that have all
  Newcomers newcomers;
  std::atomic<size_t> body_bytes = 0;
  std::vector<std::thread> threads;
};

namespace {

const Route* find_route(const std::vector<Route>& routes, const HttpRequest& request) {
  const auto method = request.method == "HEAD" ? "GET" : request.method;
  const auto found = std::find_if(routes.begin(), routes.end(), [&](const Route& route) {
    return route.path == request.path && route.method == method;
  });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace

HttpServer::Inside::Inside(const HttpServerOptions& options, std::vector<Route> page_routes,
                           std::vector<Route> other_routes)
    : pages(std::move(page_routes)), routes(std::move(other_routes)) {
  constexpr int kWorkers = 3;
  {
    const std::scoped_lock nobody_is_let_in(mutex);  // connections begin under it, and ask the gate
    listen(options);
    gate.emplace(options.address, options.token);
  }
  for (int i = 0; i < kWorkers; ++i) threads.emplace_back([this] { work(); });
  threads.emplace_back([this] { watch_over(); });
}

void HttpServer::Inside::listen(const HttpServerOptions& options) {
  sockaddr_in v4{.sin_family = AF_INET,
                 .sin_port = htons(static_cast<uint16_t>(options.port)),
                 .sin_addr = {},
                 .sin_zero = {}};
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  const bool is_v6 = inet_pton(AF_INET6, options.address.c_str(), &v6.sin6_addr) == 1;
  require(is_v6 || inet_pton(AF_INET, options.address.c_str(), &v4.sin_addr) == 1,
          "--address: got ", options.address, ", expected a number as 127.0.0.1, 0.0.0.0 or ::1");
  const auto begin = [](void* self, MHD_Connection* connection, void**,
                        MHD_ConnectionNotificationCode code) {
    auto& server = *static_cast<Inside*>(self);
    const std::scoped_lock lock(server.mutex);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) server.newcomers.come(connection);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) server.newcomers.leave(connection);
  };
  const auto over = [](void* self, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    static_cast<Inside*>(self)->end(static_cast<Exchange*>(*state));
    *state = nullptr;
  };
  const auto called = [](void* self, MHD_Connection* connection, const char* url,
                         const char* method, const char*, const char* upload, size_t* count,
                         void** state) -> MHD_Result {
    try {
      auto& server = *static_cast<Inside*>(self);
      if (*state == nullptr) {
        auto* exchange =
            new Exchange{.server = &server, .connection = connection};  // end() deletes it
        *state = exchange;
        exchange->request.method = method;
        exchange->request.path = url;
        return server.accept_head(*exchange);
      }
      auto& exchange = *static_cast<Exchange*>(*state);
      if (*count > 0) return server.take_body(exchange, upload, count);
      return exchange.response ? server.send(exchange) : server.ask(exchange);
    } catch (const std::bad_alloc&) {  // nothing may be thrown through libmicrohttpd, which is C
      return MHD_NO;
    }
  };
  // Not by epoll: libmicrohttpd 0.9.75 then sees only by its timeout that a client left in the middle of a request.
  const auto flags = static_cast<unsigned>(MHD_USE_POLL_INTERNAL_THREAD) |
                     static_cast<unsigned>(MHD_ALLOW_SUSPEND_RESUME) |
                     (is_v6 ? static_cast<unsigned>(MHD_USE_IPv6) : 0U);
  const auto* const address =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  daemon = MHD_start_daemon(
      flags, 0, nullptr, nullptr, +called, this, MHD_OPTION_SOCK_ADDR, address,
      MHD_OPTION_CONNECTION_LIMIT, 128U, MHD_OPTION_CONNECTION_TIMEOUT, 30U,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, size_t{32} << 10, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_CONNECTION, static_cast<MHD_NotifyConnectionCallback>(+begin), this,
      MHD_OPTION_NOTIFY_COMPLETED, static_cast<MHD_RequestCompletedCallback>(+over), this,
      MHD_OPTION_END);
  const int reason = errno;
  require(daemon != nullptr, "--address, --port: ", options.address, ":", options.port,
          " cannot be had (", std::strerror(reason),
          "); name another port, or 0 for any that is free");
  port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

HttpServer::Inside::~Inside() {
  std::deque<Exchange*> left;
  {
    const std::scoped_lock lock(mutex);
    is_stopping = true;
    left.swap(waiting);
  }
  has_work.notify_all();
  is_ending.notify_all();
  for (auto& thread : threads) thread.join();
  for (auto* exchange : left) {
    exchange->response = refusal_response(503, "ganvas is stopping");
    MHD_resume_connection(exchange->connection);
  }
  wake_listeners();
  MHD_stop_daemon(daemon);
}

MHD_Result HttpServer::Inside::accept_head(Exchange& exchange) {
  newcomers.leave(exchange.connection);
  auto& request = exchange.request;
  MHD_get_connection_values(exchange.connection, MHD_HEADER_KIND, &collect, &request.header);
  MHD_get_connection_values(exchange.connection, MHD_GET_ARGUMENT_KIND, &collect, &request.query);
  const auto* page = find_route(pages, request);
  exchange.route = page != nullptr ? page : find_route(routes, request);
  const auto refuse = [&](int status, const std::string& text) {
    exchange.response = refusal_response(status, text);
    return send(exchange);
  };
  if (const auto no = gate->refusal(request.method, request.header, page != nullptr))
    return refuse(no->status, no->what());
  if (exchange.route == nullptr && request.path != kStreamPath)
    return refuse(404, "there is nothing at this address");
  const size_t most = exchange.route == nullptr ? 0 : exchange.route->most_body;
  const auto length = request.header.find("content-length");
  if (length != request.header.end() && std::strtoull(length->second.c_str(), nullptr, 10) > most) {
    return refuse(
        413, c10::str("got ", length->second.substr(0, 20), " bytes, expected at most ", most));
  }
  return MHD_YES;
}

MHD_Result HttpServer::Inside::take_body(Exchange& exchange, const char* bytes, size_t* count) {
  const size_t most = exchange.route == nullptr ? 0 : exchange.route->most_body;
  if (Clock::now() - exchange.begin > kMostForBody) return MHD_NO;
  if (exchange.is_over_limit || exchange.request.body.size() + *count > most ||
      body_bytes + *count > kMostOfAllBodies) {
    exchange.is_over_limit = true;  // the rest is passed over, then it is told
    exchange.response =
        refusal_response(413, "the request is too large, or too many are under way");
  } else {
    body_bytes += *count;
    exchange.request.body.append(bytes, *count);
  }
  *count = 0;
  return MHD_YES;
}

MHD_Result HttpServer::Inside::ask(Exchange& exchange) {
  if (exchange.route == nullptr) return send_stream(exchange);
  if (exchange.is_asked) return MHD_NO;
  {
    const std::scoped_lock lock(mutex);
    if (!is_stopping && waiting.size() < kMostWaiting) {
      exchange.is_asked = true;
      MHD_suspend_connection(exchange.connection);
      waiting.push_back(&exchange);
      has_work.notify_one();
      return MHD_YES;
    }
  }
  exchange.response = refusal_response(503, "too many requests at once; try again");
  return send(exchange);
}

MHD_Result HttpServer::Inside::send(Exchange& exchange) const {
  const auto& response = *exchange.response;
  static const std::string nothing;
  const auto& body = response.body ? *response.body : nothing;
  auto* reply = MHD_create_response_from_buffer(body.size(), const_cast<char*>(body.data()),
                                                MHD_RESPMEM_PERSISTENT);
  for (const auto& [name, value] : kHeadersOfAll) MHD_add_response_header(reply, name, value);
  MHD_add_response_header(reply, "Content-Type", response.type.c_str());
  if (!response.save_as.empty()) {
    const auto value = "attachment; filename=\"" + response.save_as + "\"";
    MHD_add_response_header(reply, "Content-Disposition", value.c_str());
  }
  const auto result =
      MHD_queue_response(exchange.connection, static_cast<unsigned>(response.status), reply);
  MHD_destroy_response(reply);
  return result;
}

MHD_Result HttpServer::Inside::send_stream(Exchange& exchange) {
  exchange.place = stream.end();
  exchange.pending = "retry: 2000\n\n";
  const auto next = [](void* self, uint64_t, char* buffer, size_t most) {
    auto& listener = *static_cast<Exchange*>(self);
    try {
      return listener.server->next_of_stream(listener, buffer, most);
    } catch (const std::bad_alloc&) {
      return static_cast<ssize_t>(MHD_CONTENT_READER_END_WITH_ERROR);
    }
  };
  constexpr size_t kBlock = 16384;
  auto* reply =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlock, +next, &exchange, nullptr);
  for (const auto& [name, value] : kHeadersOfAll) MHD_add_response_header(reply, name, value);
  MHD_add_response_header(reply, "Content-Type", "text/event-stream");
  const auto result = MHD_queue_response(exchange.connection, MHD_HTTP_OK, reply);
  MHD_destroy_response(reply);
  return result;
}

ssize_t HttpServer::Inside::next_of_stream(Exchange& exchange, char* buffer, size_t most) {
  if (exchange.sent == exchange.pending.size()) {
    const std::scoped_lock lock(mutex);
    if (is_stopping) return MHD_CONTENT_READER_END_OF_STREAM;
    exchange.pending = stream.read(exchange.place);
    exchange.sent = 0;
    if (exchange.pending.empty()) {
      asleep.insert(&exchange);
      MHD_suspend_connection(exchange.connection);
      return 0;
    }
  }
  const size_t count = std::min(most, exchange.pending.size() - exchange.sent);
  exchange.pending.copy(buffer, count, exchange.sent);
  exchange.sent += count;
  return static_cast<ssize_t>(count);
}

void HttpServer::Inside::wake_listeners() {
  std::set<Exchange*> woken;
  {
    const std::scoped_lock lock(mutex);
    woken.swap(asleep);
  }
  for (auto* exchange : woken) MHD_resume_connection(exchange->connection);
}

void HttpServer::Inside::end(Exchange* exchange) {
  if (exchange == nullptr) return;
  body_bytes -= exchange->request.body.size();
  newcomers.come(exchange->connection);  // the next head, if the connection stays
  delete exchange;
}

void HttpServer::Inside::work() {
  while (true) {
    Exchange* exchange = nullptr;
    {
      std::unique_lock lock(mutex);
      has_work.wait(lock, [this] { return is_stopping || !waiting.empty(); });
      if (is_stopping) return;
      exchange = waiting.front();
      waiting.pop_front();
    }
    exchange->response = answer_of(*exchange->route, exchange->request);
    MHD_resume_connection(exchange->connection);
  }
}

/// A heartbeat for listeners, so that those that have left are noticed, and an end to heads that never come.
void HttpServer::Inside::watch_over() {
  while (true) {
    {
      std::unique_lock lock(mutex);
      if (is_ending.wait_for(lock, kHeartbeat, [this] { return is_stopping; })) return;
    }
    stream.publish("{\"kind\":\"alive\"}");
    wake_listeners();
    newcomers.close_slow();
  }
}

HttpServer::HttpServer(const HttpServerOptions& options, std::vector<Route> pages,
                       std::vector<Route> routes)
    : inside_(std::make_unique<Inside>(options, std::move(pages), std::move(routes))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  return inside_->port;
}

void HttpServer::publish(const std::string& message) {
  inside_->stream.publish(message);
  inside_->wake_listeners();
}

}  // namespace ganvas
