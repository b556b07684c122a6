// Versions of Kubernetes' own components: major.minor.patch and upstream's alpha < beta < rc; vendors' suffixes do not count.
// What a version says is in model/kubernetes_version.h.
#include "model/kubernetes_version.h"

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const KubernetesVersion left, parse_kubernetes_version(a));
  BULKHEAD_TRY(const KubernetesVersion right, parse_kubernetes_version(b));
  if (const auto order = compare_digits(left.major, right.major); order != 0) {
    return order;
  }
  if (const auto order = compare_digits(left.minor, right.minor); order != 0) {
    return order;
  }
  if (const auto order = compare_digits(left.patch, right.patch); order != 0) {
    return order;
  }
  if (left.stage.empty() || right.stage.empty()) {
    return left.stage.empty() <=> right.stage.empty();
  }
  const auto stage = compare_bytes(left.stage, right.stage);  // alphabetical already
  if (stage != 0) {
    return stage;
  }
  if (left.iteration.empty() || right.iteration.empty()) {  // "-alpha" before "-alpha.0"
    return !left.iteration.empty() <=> !right.iteration.empty();
  }
  return compare_digits(left.iteration, right.iteration);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse_kubernetes_version(version));
  return {};
}

}  // namespace

extern constinit const Scheme kubernetes{
    "kubernetes", {}, "https://github.com/kubernetes/sig-release/blob/master/release-engineering/versioning.md", compare, valid};

}  // namespace bulkhead::model::version_scheme
