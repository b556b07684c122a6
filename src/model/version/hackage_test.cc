#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(HackageVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("hackage")); }
TEST(HackageVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("hackage")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
