// Gives up what reading hostile input never needs: network, exec, new files, other processes.
//
// Called once by the worker, after its inputs are open. Needs Linux with seccomp; Landlock is used where the kernel has it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::base {

struct JailReport {
  bool jailed = false;          // seccomp filter and rlimits are in force
  bool landlock = false;
  std::string why_not;          // what is missing, for the report: "unjailed: …"; empty when everything holds
};

// `readable_folders`: open folder descriptors below which the worker may still open files for reading (dir: sources).
JailReport enter_jail(const std::vector<int>& readable_folders, uint64_t memory_bytes);

}  // namespace bulkhead::base
