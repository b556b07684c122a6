#include "model/version/internal/golden.h"

namespace bulkhead::model::version_scheme {
namespace {

TEST(KubernetesVersion, AgreesWithTheReferenceTool) { expect_golden(*scheme("kubernetes")); }
TEST(KubernetesVersion, IsBoundedOnOddInput) { expect_bounded(*scheme("kubernetes")); }

}  // namespace
}  // namespace bulkhead::model::version_scheme
