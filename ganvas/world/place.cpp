// Which of several processes this one is.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/world/place.h"

#include <cstdlib>
#include <optional>

#include <sched.h>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/text.h"

namespace ganvas {
namespace {

constexpr int64_t kMostProcesses = 100000, kMostPort = 65535;

std::string text_of(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

int64_t number_of(const char* name, int64_t least, int64_t most) {
  const auto text = text_of(name);
  const auto number = whole_number(text);
  require_usage(number && *number >= least && *number <= most, name, ": got '", text,
                "' in the environment, expected a whole number of ", least, " to ", most);
  return *number;
}

int64_t number_or(const char* name, int64_t least, int64_t most, int64_t otherwise) {
  return text_of(name).empty() ? otherwise : number_of(name, least, most);
}

ProcessPlace of_torchrun() {
  ProcessPlace place;
  place.size = number_of("WORLD_SIZE", 1, kMostProcesses);
  if (place.size == 1) return place;
  require_usage(!text_of("RANK").empty(), "WORLD_SIZE is ", place.size,
                " in the environment and RANK is missing; expected both, or neither");
  place.rank = number_of("RANK", 0, place.size - 1);
  place.local_size = number_or("LOCAL_WORLD_SIZE", 1, place.size, 1);
  place.local_rank = number_or("LOCAL_RANK", 0, kMostProcesses, 0);
  place.sharing = place.local_size;
  place.knows_machine = !text_of("LOCAL_WORLD_SIZE").empty();
  place.address = text_of("MASTER_ADDR");
  require_usage(!place.address.empty(),
                "MASTER_ADDR is missing in the environment, expected the host of RANK 0");
  place.port = number_of("MASTER_PORT", 1, kMostPort);
  place.has_agent = text_of("TORCHELASTIC_USE_AGENT_STORE") == "True";
  place.round = text_of("TORCHELASTIC_RESTART_COUNT");
  return place;
}

/// True if this process may not use all cores of the machine: a task of Slurm's that has cores of its own.
bool is_bound() {
  cpu_set_t allowed;
  return ::sched_getaffinity(0, sizeof(allowed), &allowed) == 0 &&
         CPU_COUNT(&allowed) < ::sysconf(_SC_NPROCESSORS_ONLN);
}

/// SLURM_NTASKS is also there in a batch script, of which there is one process: a step's own variables are asked for.
ProcessPlace of_slurm() {
  ProcessPlace place;
  place.size = number_of("SLURM_STEP_NUM_TASKS", 1, kMostProcesses);
  place.rank = number_of("SLURM_PROCID", 0, place.size - 1);
  place.local_rank = number_or("SLURM_LOCALID", 0, kMostProcesses, 0);
  const auto of_nodes = text_of("SLURM_STEP_TASKS_PER_NODE");  // "2(x3),1"
  const auto of_first = whole_number(of_nodes.substr(0, of_nodes.find_first_of("(,")));
  place.local_size = of_first.value_or(1);
  place.sharing = is_bound() ? 1 : place.local_size;
  if (place.size == 1) return place;
  place.address = text_of("MASTER_ADDR");
  if (place.address.empty()) place.address = first_host(text_of("SLURM_STEP_NODELIST"));
  require_usage(
      !place.address.empty(),
      "SLURM_STEP_NODELIST is missing in the environment; set MASTER_ADDR to the first host");
  // One for each step, and no other's as far as can be told.
  constexpr int64_t kFirst = 20000, kCount = 12000, kMostId = int64_t{1} << 40;
  const auto job = number_or("SLURM_JOB_ID", 0, kMostId, 0),
             step = number_or("SLURM_STEP_ID", 0, kMostId, 0);
  place.port = number_or("MASTER_PORT", 1, kMostPort, kFirst + (job * 7 + step) % kCount);
  return place;
}

}  // namespace

std::string first_host(const std::string& list) {
  const auto bracket = list.find('['), comma = list.find(',');
  if (bracket == list.npos || comma < bracket) return list.substr(0, comma);
  return list.substr(0, bracket) +
         list.substr(bracket + 1, list.find_first_of(",-]", bracket + 1) - bracket - 1);
}

ProcessPlace place_of_environment() {
  if (!text_of("WORLD_SIZE").empty()) return of_torchrun();
  if (!text_of("SLURM_STEP_NUM_TASKS").empty() && !text_of("SLURM_PROCID").empty())
    return of_slurm();
  return {};
}

}  // namespace ganvas
