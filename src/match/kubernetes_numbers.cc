// Problem: k8s.io/client-go v0.18.0 is a part of Kubernetes 1.18.0. Advisories about it say "fixed 0.17.0" or "fixed 1.12.9", as they
// like, and client-go once counted v4 to v12. Compared as they stand, 0.18.0 is below 1.12.9 and 11.0.0 (Kubernetes 1.14) above 0.17.0.
//
// Rule: both sides are translated into Kubernetes' numbers first.
// Source: client-go's README ("Versioning", compatibility matrix of release 0.17): v4 is Kubernetes 1.7, each major after it the
// next minor release up to v12 = 1.15; from v0.15 on the minor number is Kubernetes'.
#include "match/internal/kubernetes_numbers.h"

#include "base/text.h"

namespace bulkhead::match {
namespace {

constexpr uint64_t kFirstMajor = 4, kLastMajor = 12, kMajorOffset = 3;

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  return model::scheme("go")->compare(kubernetes_number(a), kubernetes_number(b));
}

base::Status valid(std::string_view version) { return model::scheme("go")->valid(kubernetes_number(version)); }

constexpr model::Scheme kStaging{"go, in Kubernetes' numbers", {}, "https://github.com/kubernetes/client-go#versioning", compare, valid};

}  // namespace

std::string kubernetes_number(std::string_view version) {
  version.remove_prefix(version.starts_with('v') ? 1 : 0);
  const size_t dot = version.find('.');
  const auto major = base::parse_u64(version.substr(0, dot));
  if (dot == version.npos || !major || version.starts_with("0.0.0-")) {
    return std::string(version);
  }
  const std::string_view rest = version.substr(dot + 1);
  if (*major == 0) {
    return "1." + std::string(rest);
  }
  if (*major < kFirstMajor || *major > kLastMajor) {
    return std::string(version);
  }
  const size_t second = rest.find('.');
  return "1." + std::to_string(*major + kMajorOffset) + (second == rest.npos ? std::string() : std::string(rest.substr(second)));
}

const model::Scheme& staging_scheme() { return kStaging; }

}  // namespace bulkhead::match
