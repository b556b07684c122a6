#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(NpmVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("npm")); }
TEST(NpmVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("npm")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
