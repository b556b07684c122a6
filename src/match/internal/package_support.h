// Packages that a distribution stopped to support before their release's end, or supports in part only: debian-security-support's lists
// (advisory/source/debian_support.cc), kept as life cycles of the products "Debian:12 packages" and "Debian packages".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/database.h"
#include "base/clock.h"

namespace bulkhead::match {

struct PackageSupport {
  bool ended = false;  // by as_of; else limited
  std::string note;    // "security support ended 2025-10-01: …", "security support is limited: …"
};

class PackageSupportLists {
 public:
  PackageSupportLists(const advisory::Database& database, base::Moment as_of) : database_(database), as_of_(as_of) {}
  // `package`: the source's name. nullopt: the lists do not name it. The version that a list calls the last supported one is not compared:
  // it is often another release's, and to call a package supported that is not is the worse error.
  base::Result<std::optional<PackageSupport>> of(const std::string& ecosystem, std::string_view package);

 private:
  base::Result<const std::vector<advisory::Cycle>*> list(const std::string& product);

  const advisory::Database& database_;
  base::Moment as_of_;
  std::map<std::string, std::vector<advisory::Cycle>> lists_;  // by product
};

}  // namespace bulkhead::match
