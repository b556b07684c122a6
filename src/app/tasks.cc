// The only place that sees all tasks. Adding one: a file under app/task/ and its sorted line in rows.def.
#include "app/tasks.h"

namespace bulkhead::app {
namespace task {

#define ROW(id) extern const base::WorkerTask id;
#include "app/task/rows.def"
#undef ROW

}  // namespace task

std::span<const base::WorkerTask* const> worker_tasks() {
  static constexpr const base::WorkerTask* kRows[] = {
#define ROW(id) &task::id,
#include "app/task/rows.def"
#undef ROW
  };
  return kRows;
}

}  // namespace bulkhead::app
