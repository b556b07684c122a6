#include "advisory/text_pool.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

TEST(TextPool, ATextHasOneNumberAlsoAfterSealingCopyingAndMoving) {
  TextPool pool;
  EXPECT_EQ(pool.id(""), 0U);
  const uint32_t a = pool.id("introduced 0\nfixed 1.2.3"), b = pool.id("b");
  EXPECT_NE(a, b);
  pool.seal();
  EXPECT_EQ(pool.id("b"), b);
  TextPool copy = pool;
  EXPECT_EQ(copy.id("introduced 0\nfixed 1.2.3"), a);
  EXPECT_EQ(copy.id("c"), b + 1);
  TextPool moved = std::move(copy);
  EXPECT_EQ(moved.id("c"), b + 1);
  EXPECT_EQ(moved[a], "introduced 0\nfixed 1.2.3");
}

}  // namespace
}  // namespace bulkhead::advisory
