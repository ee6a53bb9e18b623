// The server over real sockets: who may ask, what is refused, and that it survives.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/http_server.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/serve/event_stream.h"
#include "tests/support/errors.h"
#include "tests/support/http_client.h"

namespace ganvas {
namespace {

std::unique_ptr<HttpServer> make_server(const std::string& token = "") {
  const std::vector<Route> pages = {{"GET", "/", [](const HttpRequest&) {
                                       return HttpResponse{
                                           .type = "text/html",
                                           .body = std::make_shared<const std::string>("page")};
                                     }}};
  const std::vector<Route> routes = {
      {"GET", "/api/echo",
       [](const HttpRequest& request) { return json_response(request.parameter("x")); }},
      {"GET", "/api/large",
       [](const HttpRequest&) { return json_response(std::string(5'000'000, 'x')); }},
      {"GET", "/api/fails",
       [](const HttpRequest&) -> HttpResponse { throw Error("no such picture\nwith more"); }},
      {"POST", "/api/count",
       [](const HttpRequest& request) {
         return json_response(std::to_string(request.body.size()));
       },
       100'000}};
  return std::make_unique<HttpServer>(HttpServerOptions{.token = token}, pages, routes);
}

TEST(HttpServer, AnswersAtItsRoutes) {
  const auto server = make_server();
  HttpClient client(server->port());  // one connection for all
  EXPECT_EQ(client.ask("GET", "/").body, "page");
  EXPECT_EQ(client.ask("GET", "/api/echo?x=a%20b").body, "a b");
  EXPECT_EQ(client.ask("GET", "/api/large").body.size(), 5'000'000U);
  EXPECT_EQ(client.ask("POST", "/api/count", std::string(100'000, 'x')).body, "100000");
  EXPECT_EQ(client.ask("GET", "/api/echo").status, 400);
  EXPECT_EQ(client.ask("GET", "/../etc/passwd").status, 404);
  const auto failed = HttpClient(server->port()).ask("GET", "/api/fails");
  EXPECT_EQ(failed.status, 422);
  EXPECT_EQ(failed.body, "{\"error\":\"no such picture\\nwith more\"}\n");
  const auto head = HttpClient(server->port()).ask("GET", "/").head;
  EXPECT_NE(head.find("Content-Security-Policy: default-src 'none'; script-src 'self'"), head.npos);
}

TEST(HttpServer, RefusesPagesOfOtherSites) {
  const auto server = make_server();
  const auto status = [&](const std::string& method, const HttpClient::Headers& headers) {
    return HttpClient(server->port())
        .ask(method, method == "POST" ? "/api/count" : "/", "", headers)
        .status;
  };
  const auto port = c10::str(":", server->port());
  EXPECT_EQ(status("GET", {}), 200);
  EXPECT_EQ(status("GET", {{"Host", "localhost" + port}}), 200);
  EXPECT_EQ(status("GET", {{"Host", "evil.example" + port}}), 421);  // a name made to point here
  EXPECT_EQ(status("GET", {{"Host", "localhost:9000"}}), 200);       // the other end of a tunnel
  EXPECT_EQ(status("GET", {{"Host", "127.0.0.1" + port + ".evil.example"}}), 421);
  EXPECT_EQ(status("POST", {}), 200);
  EXPECT_EQ(status("POST", {{"Sec-Fetch-Site", "same-site"}}),
            403);  // another port of this machine
  EXPECT_EQ(status("POST", {{"Sec-Fetch-Site", "same-origin"}}), 200);
  EXPECT_EQ(status("POST", {{"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(status("POST", {{"Origin", "null"}}), 403);
  HttpClient bare(server->port());
  bare.send("POST /api/count HTTP/1.1\r\nHost: 127.0.0.1" + port + "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(bare.reply().status, 403);  // an absent Origin is no good one
  HttpClient twice(server->port());
  twice.send("GET / HTTP/1.1\r\nHost: 127.0.0.1" + port + "\r\nHost: evil.example\r\n\r\n");
  EXPECT_NE(twice.reply().status, 200);
}

TEST(HttpServer, WantsItsTokenForAllButPages) {
  const auto server = make_server("0123456789abcdef");
  const auto status = [&](const std::string& path, const HttpClient::Headers& headers) {
    return HttpClient(server->port()).ask("GET", path, "", headers).status;
  };
  EXPECT_EQ(status("/", {}), 200);
  EXPECT_EQ(status("/", {{"Host", "a-name-of-this-machine"}}), 200);
  EXPECT_EQ(status("/api/echo?x=1", {}), 401);
  EXPECT_EQ(status("/api/stream", {}), 401);
  EXPECT_EQ(status("/api/echo?x=1", {{"Authorization", "Bearer 0123456789abcdeF"}}), 401);
  EXPECT_EQ(status("/api/echo?x=1", {{"Authorization", "Bearer "}}), 401);
  EXPECT_EQ(status("/api/echo?x=1", {{"Authorization", "Bearer 0123456789abcdef"}}), 200);
}

TEST(HttpServer, RefusesWhatIsTooLargeWithoutTakingIt) {
  const auto server = make_server();
  EXPECT_EQ(HttpClient(server->port()).ask("POST", "/api/count", std::string(100'001, 'x')).status,
            413);
  HttpClient boasts(server->port());
  EXPECT_EQ(boasts.ask("POST", "/api/count", "", {{"Content-Length", "99999999999"}}).status, 413);
  HttpClient in_parts(server->port());  // that does not say how much will come
  const auto host = c10::str("127.0.0.1:", server->port());
  in_parts.send("POST /api/count HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                "\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20 && in_parts.send("2710\r\n" + std::string(10'000, 'x') + "\r\n"); ++i) {
  }
  in_parts.send("0\r\n\r\n");
  EXPECT_EQ(in_parts.reply().status, 413);
  EXPECT_EQ(
      HttpClient(server->port()).ask("GET", "/", "", {{"X", std::string(100'000, 'x')}}).status /
          100,
      4);
  EXPECT_EQ(HttpClient(server->port()).ask("GET", "/").status, 200);
}

TEST(HttpServer, TellsAllWhoListen) {
  auto server = make_server();
  HttpClient first(server->port()), second(server->port());
  for (auto* client : {&first, &second}) {
    client->send("GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server->port()) +
                 "\r\n\r\n");
    client->receive("retry: 2000");
  }
  server->publish("{\"step\":1}");
  server->publish("{\"step\":2}");
  for (auto* client : {&first, &second}) {
    EXPECT_NE(client->receive("{\"step\":2}").find("data: {\"step\":1}\n\n"), std::string::npos);
  }
}

TEST(HttpServer, ListenersWhoReadNothingTakeNoMemory) {
  EventStream stream;
  auto place = stream.end();
  for (int i = 0; i < 100'000; ++i) stream.publish(std::string(1000, 'x'));
  const auto text = stream.read(place);
  EXPECT_LT(text.size(), 300'000U);
  EXPECT_EQ(text.rfind("event: lost", 0), 0U);
  EXPECT_EQ(stream.read(place), "");
}

TEST(HttpServer, SurvivesAThousandHostileAndTenThousandFastRequests) {
  auto server = make_server();
  Random random(7);
  const auto good =
      "POST /api/count HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server->port()) +
      "\r\nOrigin: http://127.0.0.1:" + std::to_string(server->port()) +
      "\r\nContent-Length: 5\r\n\r\n12345";
  for (int i = 0; i < 1000; ++i) {
    auto bytes = good;
    for (int64_t k = random.integer(1, 8); k > 0; --k) {
      bytes[static_cast<size_t>(random.integer(0, std::ssize(bytes) - 1))] =
          static_cast<char>(random.integer(0, 255));
    }
    if (random.chance(0.3)) bytes.resize(static_cast<size_t>(random.integer(0, std::ssize(bytes))));
    HttpClient(server->port()).send(bytes);  // and leaves, whatever is answered
  }
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      HttpClient client(server->port());
      for (int i = 0; i < 1250; ++i)
        answered += client.ask("GET", "/api/echo?x=1").body == "1" ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 10'000);
}

TEST(HttpServer, ThoseWhoNeverEndTheirHeadKeepNobodyOut) {
  const auto server = make_server();
  const auto rest = c10::str("Host: 127.0.0.1:", server->port(), "\r\n\r\n");
  constexpr size_t kMany = 150;  // over what is let in at once
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (size_t i = 0; i < kMany; ++i) {
    slow.push_back(std::make_unique<HttpClient>(server->port()));
    slow.back()->send("GET / HTTP/1.1\r\n");
  }
  EXPECT_EQ(HttpClient(server->port()).ask("GET", "/").status, 200);
  // Who came last may still go on; who came first made room.
  slow.back()->send(rest);
  EXPECT_EQ(slow.back()->reply().status, 200);
  slow.front()->send(rest);
  EXPECT_EQ(slow.front()->reply().status, 0);
}

TEST(HttpServer, EndsWhileSomeListenAndAsk) {
  auto server = make_server();
  HttpClient listener(server->port()), silent(server->port());
  listener.send("GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server->port()) +
                "\r\n\r\n");
  listener.receive("retry: 2000");
  server.reset();
  EXPECT_EQ(silent.reply().status, 0);
}

TEST(HttpServer, SaysThatAPortIsTaken) {
  const auto server = make_server();
  EXPECT_TRUE(contains(error_of([&] { const HttpServer second({.port = server->port()}, {}, {}); }),
                       "cannot be had (Address already in use)"));
  EXPECT_TRUE(
      contains(error_of([&] { const HttpServer other({.address = "example.org"}, {}, {}); }),
               "expected a number as 127.0.0.1"));
}

}  // namespace
}  // namespace ganvas
