// Go module versions as golang.org/x/mod/semver orders them, and Go toolchain versions ("go1.21.3", "1.21rc2") as go/version does.
//
// Module versions may come without their "v" (advisories write them so). "+incompatible" is build metadata and pseudo-versions
// are pre-releases: nothing special. "v1" and "v1.2" stand for v1.0.0 and v1.2.0.
// A toolchain version compared with another one follows go/version: from Go 1.21 on "1.21" is the language, before 1.21rc1 and
// 1.21.0. Compared with a module-like version ("1.21.0-rc.2", how the Go vulnerability database writes toolchains), it is
// translated into that form.
//
// Sources: golang.org/x/mod/semver, go/version, internal/gover, and golang.org/x/vulndb's form of standard library versions.
#include "model/version/internal/part.h"
#include "model/version/internal/semver.h"

namespace bulkhead::model::version_scheme {
namespace {

struct Toolchain {
  std::string_view major;
  std::string_view minor;
  std::string_view patch;  // "" where it was not written and that means something, else digits
  std::string_view kind;   // "", "alpha", "beta", "rc"
  std::string_view number;
};

struct GoVersion {
  bool module = false;  // a module version; else a toolchain's
  bool go_prefix = false;
  SemverParts semver;
  Toolchain toolchain;
};

bool take_number(std::string_view& rest, std::string_view& number) {
  const size_t n = digits_at(rest);
  if (n == 0 || (n > 1 && rest.front() == '0')) {
    return false;
  }
  number = rest.substr(0, n);
  rest.remove_prefix(n);
  return true;
}

bool parse_toolchain(std::string_view rest, Toolchain& version) {
  version = {"", "0", "0", "", ""};
  if (!take_number(rest, version.major)) {
    return false;
  }
  if (rest.empty()) {
    return true;
  }
  if (rest.front() != '.') {
    return false;
  }
  rest.remove_prefix(1);
  if (!take_number(rest, version.minor)) {
    return false;
  }
  if (rest.empty()) {
    version.patch = compare_digits(version.minor, "21") < 0 ? "0" : "";
    return true;
  }
  version.patch = "";
  if (rest.front() == '.') {
    rest.remove_prefix(1);
    return take_number(rest, version.patch) && rest.empty();
  }
  size_t letters = 0;
  while (letters < rest.size() && !is_digit(rest[letters])) {
    if (rest[letters] < 'a' || rest[letters] > 'z') {
      return false;
    }
    ++letters;
  }
  if (letters == 0) {
    return false;
  }
  version.kind = rest.substr(0, letters);
  rest.remove_prefix(letters);
  return rest.empty() || (take_number(rest, version.number) && rest.empty());
}

// What Go has ever called a stage. With its "go" a version may name others; without it, that would read "1.5z1" as a version.
bool is_stage(std::string_view kind) { return kind == "alpha" || kind == "beta" || kind == "rc"; }

base::Result<GoVersion> parse(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  GoVersion version;
  std::string_view text = whole;
  if (text.starts_with("go")) {
    text.remove_prefix(2);
    version.go_prefix = true;
    text = text.substr(0, text.find('-'));  // "go1.21.3-bigcorp"
    if (!parse_toolchain(text, version.toolchain)) {
      return bad_version("not a Go toolchain version", whole);
    }
    return version;
  }
  if (auto parts = parse_semver(text.substr(text.starts_with('v') ? 1 : 0), true)) {
    version.module = true;
    version.semver = *parts;
    return version;
  } else if (!parse_toolchain(text, version.toolchain) || !is_stage(version.toolchain.kind)) {
    return std::unexpected(std::move(parts).error());
  }
  return version;
}

std::strong_ordering compare_toolchains(const Toolchain& a, const Toolchain& b) {
  // A missing number sorts before 0.
  const auto number = [](std::string_view x, std::string_view y) {
    return x.empty() || y.empty() ? !x.empty() <=> !y.empty() : compare_digits(x, y);
  };
  if (const auto order = number(a.major, b.major); order != 0) {
    return order;
  }
  if (const auto order = number(a.minor, b.minor); order != 0) {
    return order;
  }
  if (const auto order = number(a.patch, b.patch); order != 0) {
    return order;
  }
  if (const auto order = compare_bytes(a.kind, b.kind); order != 0) {
    return order;
  }
  return number(a.number, b.number);
}

// Numbers only; the pre-release of a toolchain is kind.number.
std::strong_ordering compare_mixed(const Toolchain& a, const SemverParts& b) {
  const SemverParts numbers{a.major, a.minor, a.patch, {}, {}};
  const SemverParts other{b.major, b.minor, b.patch, {}, {}};
  if (const auto order = compare_semver(numbers, other); order != 0) {
    return order;
  }
  std::string prerelease(a.kind);
  if (!a.number.empty()) {
    prerelease += "." + std::string(a.number);
  }
  return compare_prerelease(prerelease, b.prerelease);
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const GoVersion left, parse(a));
  BULKHEAD_TRY(const GoVersion right, parse(b));
  if (left.module && right.module) {
    return compare_semver(left.semver, right.semver);
  }
  if (!left.module && !right.module) {
    return compare_toolchains(left.toolchain, right.toolchain);
  }
  return left.module ? 0 <=> compare_mixed(right.toolchain, left.semver) : compare_mixed(left.toolchain, right.semver);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"golang"};

}  // namespace

extern constinit const Scheme go{"go", kPurlTypes, "https://pkg.go.dev/golang.org/x/mod/semver", compare, valid};

}  // namespace bulkhead::model::version_scheme
