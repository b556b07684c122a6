// What takes long says how far it is, on stderr, and only to a person: nothing when stderr is no terminal, with --quiet, or in CI.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace bulkhead::app {

class Progress {
 public:
  // `total` 0: not known. `what`: "reading images".
  Progress(std::string what, uint64_t total, bool quiet);
  ~Progress();                            // wipes the line
  void advance(const std::string& item);  // from any thread

 private:
  std::string what_;
  uint64_t total_ = 0;
  uint64_t done_ = 0;
  bool shown_ = false;
  base::Moment started_ = 0;
  std::mutex mutex_;
};

}  // namespace bulkhead::app
