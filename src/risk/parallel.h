// Runs independent pieces of work on a few threads. Each piece writes only its own slot, so results never depend on the
// number of threads; sums over slots are made afterwards, in order.
#pragma once

#include <cstddef>
#include <functional>

namespace bulkhead::risk {

// Calls work(piece, thread) for piece = 0 … count-1; `thread` is in [0, threads) and names scratch memory. Where the machine
// gives no second thread, the pieces run on the calling one. `work` must not throw.
void parallel_for(size_t count, unsigned threads, const std::function<void(size_t piece, unsigned thread)>& work);

}  // namespace bulkhead::risk
