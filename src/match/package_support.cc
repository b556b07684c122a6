#include "match/internal/package_support.h"

#include <algorithm>

#include "advisory/names.h"

namespace bulkhead::match {
namespace {

// "golang.*" stands for all names that begin so; other rows are names.
bool names(std::string_view row, std::string_view package) {
  constexpr std::string_view kAny = ".*";
  return row.ends_with(kAny) ? package.starts_with(row.substr(0, row.size() - kAny.size())) : row == package;
}

}  // namespace

base::Result<const std::vector<advisory::Cycle>*> PackageSupportLists::list(const std::string& product) {
  if (const auto at = lists_.find(product); at != lists_.end()) {
    return &at->second;
  }
  BULKHEAD_TRY(std::vector<advisory::Cycle> rows, database_.life_cycle(product));
  return &lists_.emplace(product, std::move(rows)).first->second;
}

base::Result<std::optional<PackageSupport>> PackageSupportLists::of(const std::string& ecosystem, std::string_view package) {
  const std::string base(advisory::ecosystem_base(ecosystem));
  if (base != "Debian") {
    return std::nullopt;
  }
  for (const std::string& product : {ecosystem + " packages", base + " packages"}) {
    BULKHEAD_TRY(const std::vector<advisory::Cycle>* rows, list(product));
    for (const advisory::Cycle& row : *rows) {
      if (!names(row.cycle, package)) {
        continue;
      }
      if (row.end_of_life == "limited") {
        return PackageSupport{false, "security support is limited: " + row.codename};
      }
      if (const auto end = base::parse_moment(row.end_of_life); end && *end <= as_of_) {
        return PackageSupport{true, "security support ended " + row.end_of_life.substr(0, 10) + ", new flaws are not recorded for it" +
                                        (row.codename.empty() ? "" : ": " + row.codename)};
      }
    }
  }
  return std::nullopt;
}

}  // namespace bulkhead::match
