// Gives up what reading hostile input never needs: network, exec, new files, other processes.
//
// Called once by the worker, after its inputs are open. Two locks, each alone enough for most of it:
//   seccomp   an allow list of system calls (internal/jail_calls.h); everything else answers EPERM. Files open read-only at most;
//             threads may start, processes may not; no memory becomes executable.
//   Landlock  no file system access but reading below `readable_folders`; no TCP bind or connect where the kernel has that (ABI 4);
//             no signals or abstract sockets out of the worker (ABI 6). Linux 5.13 and later.
// And rlimits: no core, no file growth, address space. Not undone by anything the worker can do; there is no way back.
// Sources: seccomp(2), landlock(7), include/uapi/linux/landlock.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::base {

struct JailReport {
  bool jailed = false;  // seccomp holds, and nothing on the file system can be opened beyond the folders
  bool landlock = false;
  std::string why_not;  // what is missing, for the report: "unjailed: …"; empty when everything holds
};

// `readable_folders`: open folder descriptors below which the worker may still open files for reading (dir: sources).
JailReport enter_jail(const std::vector<int>& readable_folders, uint64_t memory_bytes);

}  // namespace bulkhead::base
