// Worker processes: hostile input is read in a re-execution of this program that has no network, no exec and no new files.
//
// The parent opens the inputs and passes the descriptors; the worker answers with framed messages over one pipe:
//   type byte, 4-byte little-endian length, payload. 'O' output, 'E' error (JSON), 'P' progress (JSON), 'X' exit (JSON).
// The parent trusts none of it: lengths are bounded, an unknown frame ends the worker, output over `max_output` ends the worker.
// A worker that crashes, is killed at its time or memory limit, or breaks the protocol gives an Error; it takes nothing with it.
//
// Threads: run_worker may be called from several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

struct WorkerInput {
  std::string name;  // what the task asks for: "source", "database"
  int fd = -1;       // stays the caller's; the worker gets a copy
};

struct WorkerRequest {
  std::string task;
  std::string request;  // JSON, the task's own
  std::vector<WorkerInput> inputs;
  uint64_t max_output = 1ULL << 30;
  Limits limits;  // time and memory of the worker; also given to the task
  // Where output goes as it comes; unset: collected in WorkerResult::output. An error stops the worker.
  std::function<Status(std::string_view)> on_output;
  std::function<void(std::string_view json)> on_progress;
};

struct WorkerResult {
  int exit_code = 0;
  std::string output;
  bool jailed = false;
  std::string unjailed_reason;
};

Result<WorkerResult> run_worker(const WorkerRequest& request);

// ---- inside the worker
class WorkerContext {
 public:
  std::string_view request() const { return request_; }
  const Limits& limits() const { return limits_; }
  // Descriptor of an input, or -1. Stays open for the worker's life.
  int input(std::string_view name) const;
  std::vector<std::string> input_names() const;
  Status output(std::string_view bytes);
  void progress(std::string_view json);

  // For tests that run a task in their own process: output is collected in `collected`.
  WorkerContext(std::string request, std::map<std::string, int, std::less<>> inputs, Limits limits, std::string* collected);

 private:
  friend int worker_main(int, char**, std::span<const struct WorkerTask* const>);
  std::string request_;
  std::map<std::string, int, std::less<>> inputs_;
  Limits limits_;
  std::string* collected_ = nullptr;
  int result_fd_ = -1;
};

struct WorkerTask {
  const char* name;
  Status (*prepare)(WorkerContext&);   // before the jail: open databases; parse nothing hostile. May be null.
  Result<int> (*run)(WorkerContext&);  // in the jail; the exit code
  bool reads_folder = false;           // input "source" may be a folder that must stay readable
};

// True when this process was started as a worker. main() asks this first.
bool is_worker(int argc, char** argv);
int worker_main(int argc, char** argv, std::span<const WorkerTask* const> tasks);

}  // namespace bulkhead::base
