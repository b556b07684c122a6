#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(LinuxVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("linux")); }
TEST(LinuxVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("linux")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
