// Kernel releases: stream, stable patch, release candidate; "6.12" is "6.12.0", candidates sort before it. What a distribution
// or builder adds does not count. What a release says is in model/kernel_release.h.
#include "model/kernel_release.h"

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const KernelRelease left, parse_kernel_release(a));
  BULKHEAD_TRY(const KernelRelease right, parse_kernel_release(b));
  for (const auto part : {&KernelRelease::major, &KernelRelease::minor, &KernelRelease::third, &KernelRelease::patch}) {
    if (const auto order = compare_digits(left.*part, right.*part); order != 0) {
      return order;
    }
  }
  if (left.candidate.empty() || right.candidate.empty()) {
    return left.candidate.empty() <=> right.candidate.empty();
  }
  return compare_digits(left.candidate, right.candidate);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse_kernel_release(version));
  return {};
}

}  // namespace

extern constinit const Scheme linux{"linux", {}, "https://www.kernel.org/category/releases.html", compare, valid};

}  // namespace bulkhead::model::version_scheme
