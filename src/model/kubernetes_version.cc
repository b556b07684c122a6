#include "model/kubernetes_version.h"

#include "model/version/internal/part.h"

namespace bulkhead::model {

base::Result<KubernetesVersion> parse_kubernetes_version(std::string_view whole) {
  using namespace version_scheme;
  BULKHEAD_CHECK(check_length(whole));
  KubernetesVersion version;
  std::string_view rest = whole;
  if (rest.starts_with('v')) {
    rest.remove_prefix(1);
  }
  const auto take_number = [&rest] {
    const std::string_view number = rest.substr(0, digits_at(rest));
    rest.remove_prefix(number.size());
    return number;
  };
  version.major = take_number();
  if (version.major.empty() || !rest.starts_with('.')) {
    return bad_version("expected major.minor.patch", whole);
  }
  rest.remove_prefix(1);
  version.minor = take_number();
  if (version.minor.empty()) {
    return bad_version("expected major.minor.patch", whole);
  }
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    version.patch = take_number();
    if (version.patch.empty()) {
      return bad_version("expected major.minor.patch", whole);
    }
  }
  for (const std::string_view stage : {"alpha", "beta", "rc"}) {
    if (!rest.starts_with('-') || !rest.substr(1).starts_with(stage)) {
      continue;
    }
    std::string_view tail = rest.substr(1 + stage.size());
    const size_t digits = tail.starts_with('.') ? digits_at(tail.substr(1)) : 0;
    // "-rc1+k3s1" is k3s's own candidate of a finished upstream release, "-alphabet" is no stage at all.
    if (digits == 0 && !tail.empty() && tail.front() != '+' && tail.front() != '-') {
      continue;
    }
    version.stage = stage;
    if (digits > 0) {
      version.iteration = tail.substr(1, digits);
      tail.remove_prefix(1 + digits);
    }
    rest = tail;
    break;
  }
  if (!rest.empty() && rest.front() != '-' && rest.front() != '+' && rest.front() != '.' && rest.front() != '~' && rest.front() != '_') {
    return bad_version("unexpected text after the version", whole);
  }
  version.suffix = rest;
  return version;
}

}  // namespace bulkhead::model
