#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(GoVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("go")); }
TEST(GoVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("go")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
