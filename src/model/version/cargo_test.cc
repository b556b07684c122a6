#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(CargoVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("cargo")); }
TEST(CargoVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("cargo")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
