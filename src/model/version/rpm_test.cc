#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(RpmVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("rpm")); }
TEST(RpmVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("rpm")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
