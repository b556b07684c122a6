// Semantic Versioning 2.0.0, strictly: no leading "v", no missing parts, build metadata does not count.
#include "model/version/internal/semver.h"

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const SemverParts left, parse_semver(a, false));
  BULKHEAD_TRY(const SemverParts right, parse_semver(b, false));
  return compare_semver(left, right);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse_semver(version, false));
  return {};
}

constexpr const char* kPurlTypes[] = {"cargo", "hex", "swift"};  // cargo: see cargo.cc

}  // namespace

extern constinit const Scheme semver{"semver", kPurlTypes, "https://semver.org/spec/v2.0.0.html", compare, valid};

}  // namespace bulkhead::model::version_scheme
