#include "app/progress.h"

#include <unistd.h>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace bulkhead::app {

Progress::Progress(std::string what, uint64_t total, bool quiet)
    : what_(std::move(what)),
      total_(total),
      shown_(!quiet && ::isatty(STDERR_FILENO) != 0 && std::getenv("CI") == nullptr),
      started_(base::now()) {}

Progress::~Progress() {
  if (shown_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

void Progress::advance(const std::string& item) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (!shown_) {
    return;
  }
  std::string line = what_ + ": " + base::with_thousands(done_);
  if (total_ > 0) {
    line += " of " + base::with_thousands(total_);
    const base::Moment spent = base::now() - started_;
    if (spent >= 2 && done_ < total_) {
      line += ", about " + std::to_string(spent * static_cast<int64_t>(total_ - done_) / static_cast<int64_t>(done_)) + " s left";
    }
  }
  std::fprintf(stderr, "\r\x1b[K%s  %.60s", line.c_str(), base::escape_terminal(item).c_str());
}

}  // namespace bulkhead::app
