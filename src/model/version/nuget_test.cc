#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(NugetVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("nuget")); }
TEST(NugetVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("nuget")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
