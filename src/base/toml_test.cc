#include "base/toml.h"

#include <gmock/gmock.h>

namespace bulkhead::base {
namespace {

using testing::HasSubstr;

TEST(Toml, TablesBecomeObjects) {
  // The example of toml.io's front page, shortened.
  const auto doc = parse_toml(R"(title = "TOML Example"
[owner]
name = "Tom Preston-Werner"
dob = 1979-05-27T07:32:00-08:00
day = 1979-05-27
[database]
enabled = true
ports = [ 8000, 8001, 8002 ]
data = [ ["delta", "phi"], [3.14] ]
temp_targets = { cpu = 79.5, case = 72.0 }
)");
  ASSERT_TRUE(doc) << doc.error().text();
  EXPECT_EQ(doc->root().dump(), R"({"database":{"data":[["delta","phi"],[3.14]],"enabled":true,"ports":[8000,8001,8002],)"
                                R"("temp_targets":{"case":72,"cpu":79.5}},"owner":{"day":"1979-05-27","dob":)"
                                R"("1979-05-27T07:32:00-08:00","name":"Tom Preston-Werner"},"title":"TOML Example"})");
}

TEST(Toml, AnErrorNamesTheLine) {
  const auto doc = parse_toml("a = 1\nb = \n", {}, "x.toml");
  ASSERT_FALSE(doc);
  EXPECT_THAT(doc.error().text(), HasSubstr("x.toml:2"));
}

TEST(Toml, DeepNestingIsRefused) {
  EXPECT_FALSE(parse_toml("a = " + std::string(100'000, '[')));
  EXPECT_FALSE(parse_toml("a = " + std::string(200, '[') + std::string(200, ']')));
}

TEST(Toml, ADocumentOverItsLimitIsRefused) {
  Limits limits;
  limits.document_bytes = 4;
  const auto doc = parse_toml("a = 1", limits);
  ASSERT_FALSE(doc);
  EXPECT_EQ(doc.error().kind, ErrorKind::limit);
}

}  // namespace
}  // namespace bulkhead::base
