#include "risk/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace bulkhead::risk {

void parallel_for(size_t count, unsigned threads, const std::function<void(size_t, unsigned)>& work) {
  std::atomic<size_t> next{0};
  const auto take = [&](unsigned thread) {
    for (size_t piece = next++; piece < count; piece = next++) work(piece, thread);
  };
  std::vector<std::jthread> helpers;
  const unsigned wanted = static_cast<unsigned>(std::min<size_t>(std::max(threads, 1U), std::max<size_t>(count, 1)));
  try {
    for (unsigned thread = 1; thread < wanted; ++thread) helpers.emplace_back(take, thread);
  } catch (const std::system_error&) {
    // No thread to be had (a limit, the worker's jail): the caller does all of it.
  }
  take(0);
}

}  // namespace bulkhead::risk
