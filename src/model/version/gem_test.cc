#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(GemVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("gem")); }
TEST(GemVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("gem")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
