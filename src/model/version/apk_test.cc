#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(ApkVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("apk")); }
TEST(ApkVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("apk")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
