#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(SemverVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("semver")); }
TEST(SemverVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("semver")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
