#include "base/yaml.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/file.h"

namespace bulkhead::base {
namespace {

std::string json_of(std::string_view text) {
  const auto documents = yaml_to_json(text, {}, "t.yaml");
  if (!documents) {
    return documents.error().text();
  }
  std::string out;
  for (const YamlText& one : *documents) {
    out += (out.empty() ? "" : "\n") + one.json;
  }
  return out;
}

// Same JSON value; numbers compared as floating point, objects without order.
bool same(JsonView a, JsonView b) {
  if (a.kind() != b.kind()) {
    return false;
  }
  switch (a.kind()) {
    case JsonKind::number: return a.number() == b.number();
    case JsonKind::string: return a.string() == b.string();
    case JsonKind::boolean: return a.boolean() == b.boolean();
    case JsonKind::array: {
      const auto left = a.items(), right = b.items();
      return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), same);
    }
    case JsonKind::object: {
      bool equal = a.size() == b.size();
      a.each([&](std::string_view key, JsonView value) { equal = equal && same(value, b.get(key)); });
      return equal;
    }
    default: return true;
  }
}

TEST(Yaml, ReadsEveryDisputedWordAsKubectlDoes) {
  const std::string folder = BULKHEAD_SOURCE_DIR "/src/base/testdata/yaml/";
  const auto yaml = parse_yaml(read_file(folder + "kubectl.yaml", 1 << 20).value(), {}, "kubectl.yaml");
  ASSERT_TRUE(yaml) << yaml.error().text();
  const auto expected = JsonDocument::parse(read_file(folder + "kubectl.json", 1 << 20).value());
  ASSERT_TRUE(expected);
  ASSERT_EQ(yaml->size(), 1U);
  const JsonView spec = yaml->front().root().get("spec");
  EXPECT_EQ(spec.size(), expected->root().size());
  expected->root().each([&](std::string_view key, JsonView value) {
    EXPECT_TRUE(same(spec.get(key), value)) << key << "\n kubectl " << value.dump() << "\n    here " << spec.get(key).dump();
  });
}

TEST(Yaml, GivesEveryDocumentOfAStream) {
  EXPECT_EQ(json_of("a: 1\n---\n- 2\n--- 'three'\n...\n---\n"), "{\"a\":1}\n[2]\n\"three\"\nnull");
  EXPECT_EQ(json_of(""), "");
  EXPECT_EQ(json_of("# nothing\n"), "");
  EXPECT_EQ(json_of("a: 1\n---\na: 2\n"), "{\"a\":1}\n{\"a\":2}");
  const auto documents = yaml_to_json("# first\n---\na: 1\n---\nb: 2\n");
  ASSERT_TRUE(documents);
  EXPECT_EQ(documents->at(1).line, 4U);
}

TEST(Yaml, ReadsJsonToo) { EXPECT_EQ(json_of("{\"a\": [1, true, null, \"x\\n\"], \"b\": {}}"), "{\"a\":[1,true,null,\"x\\n\"],\"b\":{}}"); }

TEST(Yaml, GivesWholeNumbersOver64BitsAsFloatingPoint) {
  EXPECT_EQ(json_of("[18446744073709551615, 18446744073709551616, -9223372036854775808, -9223372036854775809]"),
            "[18446744073709551615,1.8446744073709552e+19,-9223372036854775808,-9.223372036854776e+18]");
  EXPECT_TRUE(parse_yaml("[18446744073709551615, 18446744073709551616, 1e18, 1234567890123456789012]"));
}

TEST(Yaml, NamesTheLineOfAnError) {
  EXPECT_EQ(json_of("a: 1\nb: [1, 2\nc: 3\n"), "not valid YAML: t.yaml:3: did not find expected ',' or ']'");
  EXPECT_EQ(json_of("a: 1\nb: 2\na: 3\n"), "key \"a\" is written twice in one mapping: t.yaml:3");
  EXPECT_EQ(json_of("a: *nowhere\n"), "alias of an unknown anchor \"nowhere\": t.yaml:1");
  EXPECT_EQ(json_of("\n\n? [a, b]\n: 1\n"), "a key of a YAML mapping must be a string, number or boolean: t.yaml:3");
  EXPECT_EQ(json_of("a: .inf\n"), "a YAML value that JSON cannot hold: \".inf\": t.yaml:1");
  EXPECT_EQ(json_of("a: &x [*x]\n"), "alias of an unknown anchor \"x\": t.yaml:1");
  EXPECT_EQ(json_of("<<: 1\n"), "a YAML merge (<<) needs a mapping or a list of mappings: t.yaml:1");
  EXPECT_EQ(json_of("a: \xff\n"), "not valid YAML: t.yaml, byte 3: invalid leading UTF-8 octet");
}

TEST(Yaml, RefusesAliasesThatExplode) {
  std::string bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) {
      bomb += ", " + before;
    }
    bomb += "]\n";
  }
  const auto documents = parse_yaml(bomb, {}, "bomb.yaml");
  ASSERT_FALSE(documents);
  EXPECT_EQ(documents.error().kind, ErrorKind::limit);
}

TEST(Yaml, RefusesWhatIsOverItsLimits) {
  Limits limits;
  limits.depth = 20;
  EXPECT_EQ(parse_yaml(std::string(19, '[') + std::string(19, ']'), limits).has_value(), true);
  EXPECT_EQ(parse_yaml(std::string(21, '[') + std::string(21, ']'), limits).error().kind, ErrorKind::limit);
  limits.string_bytes = 8;
  EXPECT_EQ(parse_yaml("a: 123456789\n", limits).error().kind, ErrorKind::limit);
  limits.document_bytes = 10;
  EXPECT_EQ(parse_yaml("aaaaaaaaaaaaaaaaa", limits).error().kind, ErrorKind::limit);
  limits = {};
  limits.yaml_aliases = 2;
  EXPECT_TRUE(parse_yaml("a: &a 1\nb: [*a, *a]\n", limits));
  EXPECT_EQ(parse_yaml("a: &a 1\nb: [*a, *a, *a]\n", limits).error().kind, ErrorKind::limit);
}

TEST(Yaml, MergesAtThePlaceWhereItStands) {
  EXPECT_EQ(json_of("x: &x {a: 1, b: 2}\nv: {<<: *x, b: 3}\nz:\n  b: 4\n  <<: *x\n"),
            "{\"x\":{\"a\":1,\"b\":2},\"v\":{\"a\":1,\"b\":3},\"z\":{\"b\":2,\"a\":1}}");
  EXPECT_EQ(json_of("'<<': 1\n"), "{\"<<\":1}");
}

}  // namespace
}  // namespace bulkhead::base
