#include "advisory/record.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

// Found by fuzzing: bytes that are no UTF-8 grow when they are repaired, and so a long summary was cut anew each time.
TEST(Summary, StaysTheSameWhenItIsMadeAgain) {
  for (const std::string& text : {std::string("short"), std::string(400, 'x'), "a " + std::string(350, '\xf2') + " b",
                                  std::string(270, 'y') + std::string(40, '\0') + "\xf2\x80", std::string(200, '\n')}) {
    const std::string once = short_summary(text);
    EXPECT_EQ(short_summary(once), once);
  }
}

}  // namespace
}  // namespace bulkhead::advisory
