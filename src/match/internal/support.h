// Until when a release is supported, by the life-cycle feed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisory/database.h"
#include "base/clock.h"

namespace bulkhead::match {

struct Support {
  std::string product, cycle;
  std::string ends;    // date of the last support of any kind; "" unknown, "never"
  bool ended = false;  // by as_of
};
// nullopt: the feed does not know the product or the release. `version` "12", "v1.33.13": the cycle that is its longest prefix.
base::Result<std::optional<Support>> support_of(std::string_view product, std::string_view version, const advisory::Database& database,
                                                base::Moment as_of);

}  // namespace bulkhead::match
