#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(ComposerVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("composer")); }
TEST(ComposerVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("composer")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
