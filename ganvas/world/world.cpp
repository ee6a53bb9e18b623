// The processes that train one run together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/world/world.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <future>
#include <sstream>
#include <thread>

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <unistd.h>

#include "ganvas/core/files.h"
#include "ganvas/core/host.h"
#include "ganvas/core/log.h"
#include "ganvas/world/bytes.h"
#include "ganvas/world/network.h"
#include "ganvas/world/vigil.h"

namespace ganvas {
namespace {

using std::chrono::seconds;

constexpr auto kMostForMeeting = seconds(300);
constexpr auto kMostForWork =
    std::chrono::hours(24 * 7);  // a vigil ends it earlier where there is need

using Store = c10::intrusive_ptr<c10d::Store>;
using Work = c10::intrusive_ptr<c10d::Work>;

Store open_store(const ProcessPlace& place) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(place.port);
  options.isServer = place.rank == 0 && !place.has_agent;
  options.waitWorkers = false;
  options.timeout = kMostForMeeting;
  try {
    const auto store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
    return c10::make_intrusive<c10d::PrefixStore>("ganvas/" + place.round, store);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    const bool is_taken = text.find("EADDRINUSE") != text.npos;
    throw UsageError(
        is_taken ? c10::str("MASTER_PORT: ", place.port,
                            " is taken on this machine, by another run perhaps; set another")
                 : c10::str("MASTER_ADDR, MASTER_PORT: nobody listens at ", place.address, ":",
                            place.port, "; expected the process of rank 0 there"));
  }
}

/// For those who started the processes; torchrun shows the earliest of them.
void write_error_file(const std::string& sentence) {
  const char* const path = std::getenv("TORCHELASTIC_ERROR_FILE");
  if (path == nullptr) return;
  const nlohmann::json file = {
      {"message",
       {{"message", sentence},
        {"extraInfo",
         {{"timestamp", std::to_string(std::time(nullptr))}, {"py_callstack", sentence}}}}}};
  try {
    write_file(path, file.dump());
  } catch (const std::exception& error) {
    tell_end(error.what());
  }
}

/// Waits some seconds until a number in the store has come to `wanted`; the store may go away meanwhile.
void wait_for_number(c10d::Store& store, const std::string& name, int64_t wanted) {
  try {
    for (int i = 0; i < 250 && store.add(name, 0) < wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  } catch (const std::exception&) {
    return;
  }
}

/// The first lines that differ.
std::pair<std::string, std::string> first_difference(const std::string& a, const std::string& b) {
  std::istringstream in_a(a), in_b(b);
  std::string line_a, line_b;
  do {
    if (!std::getline(in_a, line_a)) line_a = "nothing more";
    if (!std::getline(in_b, line_b)) line_b = "nothing more";
  } while (line_a == line_b);
  return {line_a, line_b};
}

class PendingWork final : public World::Pending {
 public:
  PendingWork(Work work, std::function<void(const std::function<void()>&)> finish)
      : work_(std::move(work)), finish_(std::move(finish)) {}
  void wait() override {
    finish_([this] { work_->wait(); });
  }

 private:
  Work work_;
  std::function<void(const std::function<void()>&)> finish_;
};

}  // namespace

struct World::Group {
  Store store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
  std::unique_ptr<Vigil> vigil;
  std::string who;  // "rank 1 (host, process 123)"
  int64_t questions = 0;
};

World::World() = default;

World::World(const ProcessPlace& place) : place_(place) {
  if (is_alone()) return;
  if (is_first()) {
    note(c10::str("waiting for the other processes (", size() - 1, ") at ", place.address, ":",
                  place.port));
  }
  group_ = std::make_unique<Group>();
  group_->who = c10::str("rank ", rank(), " (", host_name(), ", process ", ::getpid(), ")");
  group_->store = open_store(place);
  auto& store = *group_->store;
  store.set(c10::str("host/", rank()), bytes_of(host_name()));
  store.set(c10::str("who/", rank()), bytes_of(group_->who));
  const auto end = [this, others = store.clone()](const std::string& sentence) {
    tell_end("ganvas: " + sentence);
    write_error_file(sentence);
    if (holds_store()) wait_for_number(*others, "heard", size());  // who holds it goes last
    ::_exit(1);
  };
  group_->vigil = std::make_unique<Vigil>(place, store.clone(), end);
  try {
    wait_for_all();
    if (!place.knows_machine) count_neighbours();
    connect(end);
    try_out();
  } catch (const UsageError& error) {
    throw UsageError(fail(error.what()));
  } catch (const std::exception& error) {
    throw Error(fail(error.what()));
  }
}

/// Gloo's connections are made with the time limit of all that comes, which is none.
void World::connect(const std::function<void(const std::string&)>& end) {
  const auto link = link_of(place_);
  std::jthread timer;
  std::promise<void> is_connected;  // goes before the timer, which then ends
  timer = std::jthread([&, made = is_connected.get_future()] {
    if (made.wait_for(kMostForMeeting) == std::future_status::ready) return;
    end(c10::str(group_->who, " has no connection to the others by ", link.address, " within ",
                 kMostForMeeting.count(),
                 " s; name the interface of the network that they share in GLOO_SOCKET_IFNAME"));
  });
  guarded([&] {
    auto options = c10d::ProcessGroupGloo::Options::create(kMostForWork);
    options->devices = {link.device};
    group_->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(
        group_->store, static_cast<int>(rank()), static_cast<int>(size()), options);
  });
  is_connected.set_value();
}

/// Who of the others is on this machine, where those who started the processes did not say.
void World::count_neighbours() {
  const auto host = host_name();
  place_.local_rank = place_.local_size = 0;
  for (int64_t other = 0; other < size(); ++other) {
    if (text_of(group_->store->get(c10::str("host/", other))) != host) continue;
    ++place_.local_size;
    if (other < rank()) ++place_.local_rank;
  }
  place_.sharing = place_.local_size;
}

void World::wait_for_all() {
  auto& store = *group_->store;
  try {
    for (int64_t other = 0; other < size(); ++other) {
      store.wait({c10::str("who/", other)}, kMostForMeeting);
    }
  } catch (const std::exception&) {
    std::string absent;
    for (int64_t other = 0; other < size(); ++other) {
      if (!store.check({c10::str("who/", other)}))
        absent += c10::str(absent.empty() ? "" : ", ", other);
    }
    throw UsageError(c10::str("of ", size(), " processes did not come within ",
                              kMostForMeeting.count(), " s: rank ", absent));
  }
}

World::~World() = default;

void World::leave() {
  if (!group_) return;
  meet();
  group_->vigil->stop();
  group_->store->add("gone", 1);
  if (holds_store()) wait_for_number(*group_->store, "gone", size());
  group_.reset();
  place_ = {};
}

/// Known numbers through all that is used.
void World::try_out() {
  const auto own = static_cast<double>(rank() + 1);
  const auto expected = static_cast<double>(size() * (size() + 1)) / 2;
  bool fits = true;
  for (const auto type : {at::kFloat, at::kDouble, at::kLong}) {
    const auto numbers = at::full({1000}, own, type);
    sum(numbers);
    fits = fits && numbers.eq(expected).all().item<bool>();
  }
  const auto bytes = at::full({1000}, is_first() ? 7 : 0, at::kByte);
  copy_from_first({bytes});
  fits = fits && bytes.eq(7).all().item<bool>();
  require(
      fits,
      "the processes' sum of known numbers is wrong: the headers of Gloo that ganvas was built with do not fit this libtorch");
}

void World::finish(const std::function<void()>& wait) {
  const auto begin = std::chrono::steady_clock::now();
  guarded(wait);
  group_->vigil->saw_all();
  seconds_waited_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// If a connection breaks, the vigil finds out who is to blame, and ends this process.
void World::guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    group_->vigil->suspect();
    std::this_thread::sleep_for(seconds(40));
    throw Error(c10::str("the connection between the processes broke: ", error.what()));
  }
}

std::unique_ptr<World::Pending> World::begin_sum(const Tensor& tensor) {
  std::vector<Tensor> all = {tensor};
  Work work;
  guarded([&] { work = group_->gloo->allreduce(all); });
  return std::make_unique<PendingWork>(work,
                                       [this](const std::function<void()>& wait) { finish(wait); });
}

void World::sum(const Tensor& tensor) {
  if (is_alone()) return;
  if (tensor.is_cpu()) {
    begin_sum(tensor)->wait();
    return;
  }
  const auto here = tensor.cpu();
  begin_sum(here)->wait();
  tensor.copy_(here);
}

bool World::any(bool mine) {
  if (is_alone()) return mine;
  const auto count = at::full({1}, mine ? 1 : 0, at::kLong);
  sum(count);
  return count.item<int64_t>() > 0;
}

void World::copy_from_first(const std::vector<Tensor>& tensors) {
  if (is_alone()) return;
  for (const auto& tensor : tensors) {
    if (tensor.numel() == 0) continue;
    auto here = tensor.detach().cpu().contiguous();
    if (here.scalar_type() == at::kBool) here = here.to(at::kByte);
    std::vector<Tensor> all = {here};
    finish([&] { group_->gloo->broadcast(all)->wait(); });
    if (!is_first()) tensor.detach().copy_(here);
  }
}

NamedTensors World::tensors_from_first(const NamedTensors& mine) {
  if (is_alone()) return mine;
  const auto list = from_first([&] {
    auto rows = nlohmann::json::array();
    for (const auto& [name, tensor] : mine) {
      rows.push_back({name, static_cast<int>(tensor.scalar_type()), tensor.sizes().vec()});
    }
    return rows.dump();
  });
  NamedTensors all;
  std::vector<Tensor> tensors;
  for (const auto& row : nlohmann::json::parse(list)) {
    const auto type = static_cast<at::ScalarType>(row[1].get<int>());
    tensors.push_back(at::empty(row[2].get<std::vector<int64_t>>(), type));
    all.emplace_back(row[0].get<std::string>(), tensors.back());
  }
  for (size_t i = 0; is_first() && i < tensors.size(); ++i) tensors[i].copy_(mine[i].second);
  copy_from_first(tensors);
  return all;
}

std::string World::from_first(const std::function<std::string()>& speak) {
  if (is_alone()) return speak();
  std::string said;  // its first letter: well, usage, error
  std::exception_ptr thrown;
  if (is_first()) {
    try {
      said = "w" + speak();
    } catch (const UsageError& error) {
      said = std::string("u") + error.what();
      thrown = std::current_exception();
    } catch (const std::exception& error) {
      said = std::string("e") + error.what();
      thrown = std::current_exception();
    }
  }
  const auto length = at::full({1}, static_cast<int64_t>(said.size()), at::kLong);
  copy_from_first({length});
  said.resize(static_cast<size_t>(length.item<int64_t>()));
  const auto bytes = at::from_blob(said.data(), {length.item<int64_t>()}, at::kByte);
  copy_from_first({bytes});
  all_have_it_ = said[0] != 'w';
  if (thrown) std::rethrow_exception(thrown);
  if (said[0] == 'u') throw UsageError(said.substr(1));
  if (said[0] == 'e') throw Error(said.substr(1));
  return said.substr(1);
}

void World::meet() {
  any(false);
}

void World::require_same(const std::string& what) {
  if (is_alone()) return;
  const auto expected = from_first([&] { return what; });
  const auto place = c10::str("differs/", group_->questions++);
  if (expected != what) {
    const auto [there, here] = first_difference(expected, what);
    group_->store->compareSet(place, {},
                              bytes_of(c10::str(group_->who, ": got ", here, ", but rank 0 has ",
                                                there, "; expected the same everywhere")));
  }
  if (!any(expected != what)) return;
  all_have_it_ = true;
  throw UsageError(text_of(group_->store->get(place)));
}

std::string World::fail(const std::string& sentence) {
  if (is_alone()) return sentence;
  auto said = all_have_it_ ? sentence : group_->who + ": " + sentence;
  try {
    said = Vigil::announce(*group_->store, said);
  } catch (const std::exception&) {  // the store is gone: the others have their own reasons
    return said;
  }
  write_error_file(said);
  group_->vigil->stop();
  group_->store->add("heard", 1);
  if (holds_store()) wait_for_number(*group_->store, "heard", size());  // who holds it goes last
  return said;
}

}  // namespace ganvas
