// For tests: what a feed says of one flaw in one package, as lines "ecosystem|ranges|state|note", sorted; ranges on one line.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "advisory/internal/test_feed.h"
#include "base/text.h"

namespace bulkhead::advisory {

inline std::vector<std::string> said(const TestFeed& feed, std::string_view id, std::string_view package) {
  std::vector<std::string> out;
  for (const Advisory& a : feed.all<Advisory>()) {
    for (const Affected& x : a.affected) {
      if (a.id == id && x.package == package) {
        out.push_back(x.ecosystem + "|" + base::replace_all(x.ranges, "\n", ", ") + "|" + std::to_string(static_cast<int>(x.state)) + "|" +
                      x.note);
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace bulkhead::advisory
