#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(Pep440Version, AgreesWithTheReferenceTool) { expect_golden(*scheme("pep440")); }
TEST(Pep440Version, IsBoundedOnOddInput) { expect_bounded(*scheme("pep440")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
