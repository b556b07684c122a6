#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(CranVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("cran")); }
TEST(CranVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("cran")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
