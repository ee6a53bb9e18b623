// Which of several processes this one is, as those who start them say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace ganvas {

/// A process among those that work together.
struct ProcessPlace {
  int64_t rank = 0, size = 1;              // of all
  int64_t local_rank = 0, local_size = 1;  // of this machine's
  int64_t sharing = 1;                     // processes that share the cores this one may use
  std::string address;                     // where the first one listens for the others
  int64_t port = 0;
  bool knows_machine = true;  // local_rank, local_size and sharing were said
  bool has_agent = false;     // who started the processes listens there, not the first of them
  std::string round;          // counts the starts of the same processes by an agent
};

/// What the environment says: RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT as torchrun,
/// a PyTorchJob and others set them; else the variables of a step that srun began; else one process alone.
///   Throws UsageError if they make no sense.
ProcessPlace place_of_environment();

/// The first name of a Slurm list of hosts: "node[03-05,9],other" gives "node03".
std::string first_host(const std::string& list);

}  // namespace ganvas
