// The worker's tasks: everything that reads hostile input, one row each under app/task/.
#pragma once

#include <span>

#include "base/worker.h"

namespace bulkhead::app {

std::span<const base::WorkerTask* const> worker_tasks();

}  // namespace bulkhead::app
