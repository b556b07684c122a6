// Says whether the worker's jail holds on this machine. `bulkhead version --check` prints it; the system test runs it under strace.
#include "base/jail.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_CHECK(context.output("ok\n"));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask self_check{.name = "self-check", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
