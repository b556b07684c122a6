#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(DebVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("deb")); }
TEST(DebVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("deb")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
