#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(PubVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("pub")); }
TEST(PubVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("pub")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
