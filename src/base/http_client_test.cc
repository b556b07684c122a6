#include "base/http_client.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace bulkhead::base {
namespace {

// Against servers, good and bad, it is tested by tests/hostile_api_server.py.
TEST(HttpClient, SaysThatNobodyListens) {
  auto client = HttpClient::create({});
  ASSERT_TRUE(client);
  const auto response = client->get({.url = "http://127.0.0.1:1/"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::network);
  EXPECT_EQ(client->last_failure(), HttpFailure::connect);
}

TEST(HttpClient, SpeaksNoOtherProtocol) {
  auto client = HttpClient::create({});
  ASSERT_TRUE(client);
  EXPECT_FALSE(client->get({.url = "file:///etc/passwd"}));
}

TEST(HttpClient, RefusesAHeaderWithALineBreak) {
  auto client = HttpClient::create({});
  ASSERT_TRUE(client);
  const auto response = client->get({.url = "http://127.0.0.1:1/", .headers = {{"Authorization", "Bearer a\r\nX: y"}}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::usage);
}

TEST(HttpClient, EncodesWhatGoesIntoAUrl) { EXPECT_EQ(percent_encode("a b/c=~.é"), "a%20b%2Fc%3D~.%C3%A9"); }

// RFC 4648, section 10.
TEST(Base64, FollowsItsStandard) {
  for (const auto& [plain, text] : {std::pair{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(encode_base64(plain), text);
    EXPECT_EQ(decode_base64(text), plain);
  }
  EXPECT_FALSE(decode_base64("Zg="));
  EXPECT_FALSE(decode_base64("Zg==Zg=="));
  EXPECT_FALSE(decode_base64("Z"));
  EXPECT_FALSE(decode_base64("Zm9*"));
}

}  // namespace
}  // namespace bulkhead::base
