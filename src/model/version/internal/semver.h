// The grammar and precedence of Semantic Versioning 2.0.0, shared by the schemes that build on it (semver, npm, go, cargo …).
#pragma once

#include <compare>
#include <string_view>

#include "base/result.h"

namespace bulkhead::model::version_scheme {

// Views into the parsed text. A missing minor or patch is empty (only with `shorthand`).
struct SemverParts {
  std::string_view major;
  std::string_view minor;
  std::string_view patch;
  std::string_view prerelease;  // without '-'; empty where there is none
  std::string_view build;       // without '+'
};

// `shorthand` also takes "1" and "1.2", without pre-release or build (golang.org/x/mod/semver).
base::Result<SemverParts> parse_semver(std::string_view text, bool shorthand);

// Dot-separated pre-release identifiers by rule 11; an empty one is a release and sorts last.
std::strong_ordering compare_prerelease(std::string_view a, std::string_view b);

// Precedence by rule 11: build metadata does not count.
std::strong_ordering compare_semver(const SemverParts& a, const SemverParts& b);

}  // namespace bulkhead::model::version_scheme
