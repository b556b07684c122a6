// Reads one feed, whatever its container, and gives its records as lines. Runs inside the jailed worker.
//
// An archive or folder is of the row that knows its first documents; a document in it that only another row knows goes to that one,
// unless the source is named or that row is `single`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "advisory/source.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::advisory {

struct FeedRequest {
  int fd = -1;         // a regular file or a folder
  std::string name;    // the file's name, for messages and for detection
  std::string source;  // row name; empty: found by content
  base::Limits limits;
};

// Returns the name of the feed's row. `put` is called with each record's row and line; its error ends the reading.
// Errors: not_found where no row knows the content, input and limit with the place where reading ended.
base::Result<std::string> read_feed(const FeedRequest& request,
                                    const std::function<base::Status(const Source& row, std::string_view line)>& put);

}  // namespace bulkhead::advisory
