#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(MavenVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("maven")); }
TEST(MavenVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("maven")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
