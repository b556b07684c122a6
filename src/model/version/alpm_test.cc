#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(AlpmVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("alpm")); }
TEST(AlpmVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("alpm")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
