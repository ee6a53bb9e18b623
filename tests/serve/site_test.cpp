// The site over a real socket: a training that goes on, photographs through the shipped models, the lab.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/site.h"

#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/json.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/provenance.h"
#include "ganvas/inference/enlarge.h"
#include "ganvas/train/train.h"
#include "tests/support/http_client.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

int port_of(const Site& site) {
  const auto address = site.address();
  return std::atoi(address.c_str() + address.rfind(':') + 1);
}

Json ask(int port, const std::string& path) {
  const auto reply = HttpClient(port).ask("GET", path);
  EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
  return parse_json(reply.body, path);
}

Json post(int port, const std::string& path, const std::string& body = "") {
  const auto reply = HttpClient(port).ask("POST", path, body);
  EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
  return parse_json(reply.body, path);
}

RunSpec points_run(const fs::path& folder, int64_t steps) {
  RunSpec spec;
  spec.method = "gan";
  spec.folder = folder;
  spec.data = find_data("8-ring", Task::kPoints, {}, {});
  spec.method_settings = {{"width", "8"}, {"discriminator-width", "8"}};
  spec.train.batch = 16;
  spec.run.steps = steps;
  spec.run.validate_every = spec.run.save_every = 20;
  spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
  return spec;
}

/// Asks until an answer is as wanted: pages do so too.
template <typename Wanted>
Json ask_until(int port, const std::string& path, const Wanted& is_wanted) {
  while (true) {
    auto answer = ask(port, path);
    if (is_wanted(answer)) return answer;
    std::this_thread::yield();
  }
}

TEST(Site, ShowsATrainingAsItGoesOn) {
  const Scratch scratch;
  const Site site({{}, {scratch.path()}});
  const int port = port_of(site);
  EXPECT_EQ(ask(port, "/api/site")["plays"], false);
  EXPECT_EQ(ask(port, "/api/runs").size(), 0U);

  train(points_run(scratch / "ring", 40), Start::kFresh);
  auto runs = ask_until(port, "/api/runs",
                        [](const Json& all) { return all.size() == 1 && all[0]["step"] == 40; });
  EXPECT_EQ(runs[0]["name"], "ring");
  EXPECT_EQ(runs[0]["steps"], 40);
  EXPECT_EQ(runs[0]["is_at_work"], false);
  EXPECT_TRUE(runs[0]["figures"].contains("modes"));
  const auto curves = ask(port, "/api/curves?run=0&from=0");
  EXPECT_EQ(curves["curves"]["generator.adversarial"]["step"].size(), 40U);
  EXPECT_EQ(ask(port, "/api/curves?run=0&from=30")["curves"]["generator.adversarial"]["step"][0],
            31);
  const auto story = ask(port, "/api/story?run=0");
  EXPECT_EQ(story["knobs"]["width"], "8");
  EXPECT_EQ(story["sheets"], Json({20, 40}));
  const auto sheet = HttpClient(port).ask("GET", "/api/sheet?run=0&step=40");
  EXPECT_EQ(sheet.body.substr(0, 4), "RIFF");  // WebP

  train(points_run(scratch / "ring", 60), Start::kResume);
  runs = ask_until(port, "/api/runs", [](const Json& all) { return all[0]["step"] == 60; });
  EXPECT_EQ(ask(port, "/api/curves?run=0&from=0")["curves"]["lr"]["step"].size(), 60U);
}

TEST(Site, OutlivesTheFolderThatItWatches) {
  const Scratch scratch;
  const auto folder = scratch / "runs";
  make_folders(folder);
  begin_run(points_run(folder / "ring/", 40));
  const Site site({{}, {folder / "ring/"}});
  EXPECT_EQ(ask(port_of(site), "/api/runs")[0]["name"], "ring");
  fs::remove_all(folder);
  ask_until(port_of(site), "/api/runs", [](const Json& all) { return all.empty(); });
  auto other = points_run(folder / "ring/", 40);
  other.method_settings = {{"width", "16"}, {"discriminator-width", "8"}};
  begin_run(other);
  ask_until(port_of(site), "/api/runs", [](const Json& all) { return all.size() == 1; });
  EXPECT_EQ(ask(port_of(site), "/api/story?run=0")["knobs"]["width"], "16");
}

TEST(Site, ATrainingShowsOnlyItself) {
  const Scratch scratch;
  const Site site({{}, {scratch.path()}});
  const auto status = [&](const std::string& path) {
    return HttpClient(port_of(site)).ask("GET", path).status;
  };
  EXPECT_EQ(status("/watch"), 200);
  EXPECT_EQ(status("/playground"), 404);
  EXPECT_EQ(status("/lab"), 404);
}

TEST(Site, NoPathOfAClientReachesAFile) {
  const Scratch scratch;
  const Site site({{}, {scratch.path()}});
  for (const auto* path :
       {"/api/sheet?run=0&step=../../etc/passwd", "/api/sheet?run=-1&step=1",
        "/api/sheet?run=99999999999999999999&step=1", "/api/story?run=", "/..%2f..%2fetc%2fpasswd",
        "/api/runs/../../x", "/api/view?picture=../x"}) {
    const auto status = HttpClient(port_of(site)).ask("GET", path).status;
    EXPECT_TRUE(status == 400 || status == 404) << path << ": " << status;
  }
}

Site make_workshop() {
  const fs::path weights = GANVAS_WEIGHTS;
  return Site({{},
               {},
               Workshop{{{"enlarge", weights / "upscale-x4.safetensors",
                          weights / "upscale-x4-vivid.safetensors"},
                         {"restore", weights / "restore.safetensors"}},
                        exact_machine()}});
}

/// A job, from its beginning to its end.
Json do_job(int port, const std::string& query) {
  const auto id = post(port, "/api/jobs?" + query)["id"].get<std::string>();
  return ask_until(port, "/api/job?job=" + id, [](const Json& job) {
    return job["state"] == "done" || job["state"] == "failed";
  });
}

TEST(Playground, EnlargesAsTheCommandDoesAndLabelsIt) {
  const Scratch scratch;
  const auto site = make_workshop();
  const int port = port_of(site);
  const auto photograph = list_files(fs::path(GANVAS_PHOTOGRAPHS) / "train" / "daisy")[0];
  const auto small = cut(read_image(photograph), 0, 0, 40, 30);
  const auto picture = post(port, "/api/pictures", encode_image(small, ".png"));
  EXPECT_EQ(picture["width"], 40);
  const auto job = do_job(port, "model=0&detail=0&picture=" + picture["id"].get<std::string>());
  ASSERT_EQ(job["state"], "done") << job;
  write_file(
      scratch / "made.png",
      HttpClient(port).ask("GET", "/api/file?picture=" + job["picture"].get<std::string>()).body);
  const auto made = read_image(scratch / "made.png");

  const Model model(fs::path(GANVAS_WEIGHTS) / "upscale-x4.safetensors", exact_machine());
  enlarge(model, small, scratch / "expected.png");
  EXPECT_EQ(made.bytes, read_image(scratch / "expected.png").bytes);
  EXPECT_NE(xmp_of(made).find("compositeWithTrainedAlgorithmicMedia"), std::string::npos);
}

TEST(Playground, WalksFromOnePictureOfNoiseToAnother) {
  const Scratch scratch;
  RunSpec spec;
  spec.method = "vae";
  spec.folder = scratch / "vae";
  ImageSpec asked;
  asked.size = {32, 32};
  spec.data = find_data(GANVAS_PHOTOGRAPHS, Task::kImages, {}, asked);
  spec.method_settings = {{"width", "4"}};
  spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
  spec.run.steps = 30;  // untrained, an encoder's codes are so near that all pictures look alike
  spec.train.batch = 8;
  train(spec, Start::kFresh);
  const Site site({{}, {}, Workshop{{{"vae", spec.folder}}, exact_machine()}});
  const auto models = ask(port_of(site), "/api/models");
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[0]["does"], "translate");
  EXPECT_EQ(models[1]["does"], "sample");
  const auto at = [&](const std::string& where) {
    return HttpClient(port_of(site)).ask("GET", "/api/walk?model=1&" + where).body;
  };
  EXPECT_EQ(at("from=1&to=2&at=0"), at("from=1&to=3&at=0"));
  EXPECT_EQ(at("from=1&to=2&at=100"), at("from=2&to=1&at=0"));
  EXPECT_NE(at("from=1&to=2&at=0"), at("from=1&to=2&at=50"));
  EXPECT_EQ(at("from=1&to=2&at=50").substr(1, 3), "PNG");

  EXPECT_EQ(models[2]["does"], "morph");
  const auto photographs = list_files(fs::path(GANVAS_PHOTOGRAPHS) / "train" / "daisy");
  const auto picture = [&](size_t index) {
    return post(port_of(site), "/api/pictures", read_file(photographs[index]))["id"]
        .get<std::string>();
  };
  const auto first = picture(0), last = picture(1);
  const auto between = [&](const std::string& from, const std::string& to, int percent) {
    const auto query = c10::str("/api/walk?model=2&from=", from, "&to=", to, "&at=", percent);
    return HttpClient(port_of(site)).ask("GET", query).body;
  };
  EXPECT_EQ(between(first, last, 0), between(first, first, 50));
  EXPECT_EQ(between(first, last, 100), between(last, first, 0));
  EXPECT_NE(between(first, last, 0), between(first, last, 100));
}

TEST(Playground, RefusesWhatItCannotDoInOneSentence) {
  const auto site = make_workshop();
  const int port = port_of(site);
  const auto refusal = [&](const std::string& body) {
    return HttpClient(port).ask("POST", "/api/pictures", body);
  };
  EXPECT_EQ(refusal("no picture").status, 422);
  EXPECT_EQ(refusal("no picture").body.find("/tmp"), std::string::npos);  // nothing of our folders
  EXPECT_EQ(refusal(encode_image(make_image(5000, 5000, 1), ".png")).status, 413);
  const auto plain = post(port, "/api/pictures", encode_image(make_image(64, 64, 3), ".png"));
  const auto job = do_job(port, "model=1&picture=" + plain["id"].get<std::string>());
  EXPECT_EQ(job["text"], "no mosaic was found; paint over it, and name the size of its cells");
  const auto query = "model=1&picture=" + plain["id"].get<std::string>();
  EXPECT_EQ(do_job(port, query + "&cell=8&painted=" + plain["id"].get<std::string>())["text"],
            "nothing is painted; paint over the part that is meant");
  EXPECT_EQ(HttpClient(port).ask("POST", "/api/jobs?" + query + "&cell=1").status, 422);
  EXPECT_EQ(HttpClient(port).ask("POST", "/api/jobs?model=7&picture=x").status, 404);
  EXPECT_EQ(HttpClient(port).ask("POST", "/api/jobs?model=0&picture=x").status, 404);
}

TEST(Playground, APictureThatIsUsedStays) {
  const auto site = make_workshop();
  const int port = port_of(site);
  const auto dot = encode_image(make_image(8, 8, 3), ".png");
  const auto used = "picture=" + post(port, "/api/pictures", dot)["id"].get<std::string>();
  const auto unused = "picture=" + post(port, "/api/pictures", dot)["id"].get<std::string>();
  for (int i = 0; i < 30; ++i) {
    post(port, "/api/pictures", dot);
    EXPECT_EQ(HttpClient(port).ask("GET", "/api/view?" + used).status, 200);
  }
  EXPECT_EQ(HttpClient(port).ask("GET", "/api/view?" + unused).status, 404);
}

TEST(Playground, AJobThatIsCancelledEndsAndTheNextBegins) {
  const auto site = make_workshop();
  const int port = port_of(site);
  const auto large = post(port, "/api/pictures", encode_image(make_image(2000, 2000, 3), ".png"));
  const auto query = "model=0&picture=" + large["id"].get<std::string>();
  const auto begin = [&] { return post(port, "/api/jobs?" + query)["id"].get<std::string>(); };
  const auto running = begin(), waiting = begin();
  ask_until(port, "/api/job?job=" + running, [](const Json& job) { return job.contains("done"); });
  for (const auto& id : {waiting, running}) {
    post(port, "/api/cancel?job=" + id);
    const auto ended = ask_until(port, "/api/job?job=" + id,
                                 [](const Json& job) { return job["state"] == "failed"; });
    EXPECT_EQ(ended["text"], "cancelled");
  }
  const auto small = post(port, "/api/pictures", encode_image(make_image(8, 8, 3), ".png"));
  EXPECT_EQ(do_job(port, "model=0&picture=" + small["id"].get<std::string>())["state"], "done");
  EXPECT_EQ(HttpClient(port).ask("POST", "/api/cancel?job=x").status, 404);
}

TEST(Lab, PlayersMoveAloneAndTogether) {
  const auto site = make_workshop();
  const int port = port_of(site);
  const auto begun = post(port, "/api/lab/begin?density=8-ring&left=plain&right=energy");
  const auto at = [&](int steps, const std::string& who) {
    return post(port, c10::str("/api/lab/play?steps=", steps, "&who=", who,
                               "&lab=", begun["id"].get<std::string>()))["sides"];
  };
  const auto alone = at(3, "discriminator"), other = at(3, "generator");
  for (int side = 0; side < 2; ++side) {
    EXPECT_EQ(alone[side]["step"], 3);
    EXPECT_EQ(alone[side]["made"], begun["sides"][side]["made"]);
    EXPECT_NE(alone[side]["field"], begun["sides"][side]["field"]);
    EXPECT_NE(other[side]["made"], alone[side]["made"]);
    EXPECT_TRUE(other[side]["figures"].contains("modes"));
  }
  EXPECT_NE(at(200, "both")[1]["says"].get<std::string>().find(" of 8 modes since step "),
            std::string::npos);
}

TEST(Lab, LearnsADensityThatWasDrawn) {
  const auto site = make_workshop();
  const int port = port_of(site);
  std::string cells(64 * 64, '\0');
  cells[0] = '\xff';  // all of it in the upper left corner
  const auto begun = post(port, "/api/lab/begin?density=drawn&left=plain&right=R1", cells);
  EXPECT_NEAR(begun["real"][0].get<double>(), -1500, 50);
  EXPECT_NEAR(begun["real"][1].get<double>(), 1500, 50);
  EXPECT_EQ(HttpClient(port)
                .ask("POST", "/api/lab/begin?density=drawn&left=plain&right=R1",
                     std::string(64 * 64, '\0'))
                .status,
            422);
  EXPECT_EQ(
      HttpClient(port).ask("POST", "/api/lab/begin?density=drawn&left=plain&right=R1", "x").status,
      400);
  EXPECT_EQ(HttpClient(port).ask("POST", "/api/lab/begin?density=none&left=plain&right=R1").status,
            404);
}

}  // namespace
}  // namespace ganvas
