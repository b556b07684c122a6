#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::base {
namespace {

TEST(Text, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(escape_terminal("a\x1b[31mb\n\t"), "a\\x1b[31mb\\x0a\\x09");
  EXPECT_EQ(escape_terminal("\xE2\x80\xAE"
                            "abc"),
            "\\u202eabc");                                                        // right-to-left override
  EXPECT_EQ(escape_terminal("\xC3\x28 \xED\xA0\x80"), "\\xc3( \\xed\\xa0\\x80");  // bad continuation, surrogate
  EXPECT_EQ(escape_terminal("Привет, мир ✓"), "Привет, мир ✓");
}

TEST(Text, GlobFollowsFnmatch) {
  EXPECT_TRUE(glob_match("*/lib/*.jar", "app/WEB-INF/lib/x.jar"));
  EXPECT_TRUE(glob_match("usr/lib/[a-c]?", "usr/lib/bz"));
  EXPECT_FALSE(glob_match("usr/lib/[!a-c]?", "usr/lib/bz"));
  EXPECT_FALSE(glob_match("a*b*c", std::string(5000, 'a') + "b"));  // linear, no exponential backtracking
}

TEST(Clock, ReadsTheFormsThatFeedsUse) {
  EXPECT_EQ(parse_moment("1970-01-01"), 0);
  EXPECT_EQ(parse_moment("2024-02-29T23:59:59Z"), 1709251199);
  EXPECT_EQ(parse_moment("2024-02-29T23:59:59.123456+02:00"), 1709251199 - 7200);
  EXPECT_EQ(parse_moment("2023-02-29"), std::nullopt);
  EXPECT_EQ(format_moment(1709251199), "2024-02-29T23:59:59Z");
}

TEST(Hash, KnowsThePublishedVectors) {  // RFC 1321, FIPS 180-4
  EXPECT_EQ(hash_hex(HashKind::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Json, ReadsWhatItWrites) {
  JsonWriter w;
  w.begin_object().member("text", "a\"\n\x01\xff").member("n", 0.1).member("big", uint64_t{18446744073709551615U});
  w.member("list", std::vector<std::string>{"x", "y"}).key("none").null().end_object();
  EXPECT_EQ(w.str(),
            "{\"text\":\"a\\\"\\n\\u0001\xEF\xBF\xBD\",\"n\":0.1,\"big\":18446744073709551615,\"list\":[\"x\",\"y\"],\"none\":null}");
  const auto document = JsonDocument::parse(w.str());
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().get("list").texts().size(), 2U);
  EXPECT_EQ(document->root().get("none").kind(), JsonKind::null);
  EXPECT_FALSE(document->root().path("absent", "deeper"));
}

TEST(Json, RefusesDepthAndSizeOverTheLimit) {
  Limits limits;
  limits.depth = 16;
  EXPECT_EQ(JsonDocument::parse(std::string(64, '[') + std::string(64, ']'), limits).error().kind, ErrorKind::limit);
  limits.document_bytes = 8;
  EXPECT_EQ(JsonDocument::parse("\"0123456789\"", limits).error().kind, ErrorKind::limit);
  EXPECT_EQ(JsonDocument::parse("{\"a\":").error().kind, ErrorKind::input);
}

}  // namespace
}  // namespace bulkhead::base
