#include "graph/evaluator.h"

#include <gtest/gtest.h>

#include <map>

namespace bulkhead::graph {
namespace {

using model::Tri;

class FakeScene : public Scene {
 public:
  std::map<std::string, Fact, std::less<>> facts;
  Tri right = Tri::no;
  Fact field(std::string_view object, std::string_view name) const override {
    auto at = facts.find(std::string(object) + "." + std::string(name));
    return at == facts.end() ? Fact::none("nothing") : at->second;
  }
  Verdict can(const RightAsked&) const override {
    return {right, {}, right == Tri::unknown ? std::vector<Missing>{{"rbac", "fact.rbac_unread", "rbac"}} : std::vector<Missing>{}, "no"};
  }
  Verdict reaches(std::string_view, int32_t) const override { return {}; }
  Verdict admits(std::string_view) const override { return {}; }
};

Expression parse(std::string_view json) {
  auto document = base::JsonDocument::parse(json);
  EXPECT_TRUE(document);
  auto e = parse_expression(document->root(), "test");
  EXPECT_TRUE(e) << (e ? "" : e.error().text());
  return e ? *e : Expression{};
}

FakeScene scene() {
  FakeScene s;
  s.facts["c.yes"] = Fact::of(true, "c.yes");
  s.facts["c.no"] = Fact::of(false, "c.no");
  s.facts["c.gone"] = Fact::unread({"gone", "fact.other", "not read"}, "c.gone");
  s.facts["c.gone2"] = Fact::unread({"gone2", "fact.other", "not read"}, "c.gone2");
  s.facts["m.path"] = Fact::of(std::string("/run/docker.sock"), "m.path");
  s.facts["m.parent"] = Fact::of(std::string("/var/run"), "m.parent");
  s.facts["s.minor"] = Fact::of(std::string("34"), "s.minor");
  return s;
}

TEST(Evaluator, FollowsKleenesLogic) {
  const FakeScene s = scene();
  const auto is = [&](const char* json) { return evaluate(parse(json), s).value; };
  const std::string yes = R"({"object":"c","field":"yes","op":"is","value":true})";
  const std::string no = R"({"object":"c","field":"no","op":"is","value":true})";
  const std::string gone = R"({"object":"c","field":"gone","op":"is","value":true})";
  EXPECT_EQ(is(yes.c_str()), Tri::yes);
  EXPECT_EQ(is(no.c_str()), Tri::no);
  EXPECT_EQ(is(gone.c_str()), Tri::unknown);
  const auto list = [](const char* word, std::initializer_list<std::string> parts) {
    std::string out = std::string("{\"") + word + "\":[";
    for (const std::string& part : parts) out += (out.back() == '[' ? "" : ",") + part;
    return out + "]}";
  };
  EXPECT_EQ(is(list("all", {yes, gone}).c_str()), Tri::unknown);
  EXPECT_EQ(is(list("all", {no, gone}).c_str()), Tri::no);
  EXPECT_EQ(is(list("any", {yes, gone}).c_str()), Tri::yes);
  EXPECT_EQ(is(list("any", {no, gone}).c_str()), Tri::unknown);
  EXPECT_EQ(is(("{\"not\":" + gone + "}").c_str()), Tri::unknown);
  EXPECT_EQ(is(("{\"not\":" + no + "}").c_str()), Tri::yes);
}

TEST(Evaluator, NamesWhatIsMissingAndWhatDenies) {
  const FakeScene s = scene();
  Verdict v = evaluate(parse(R"({"all":[{"object":"c","field":"gone","value":true},{"object":"c","field":"gone2","value":true}]})"), s);
  ASSERT_EQ(v.missing.size(), 2U);
  EXPECT_EQ(v.missing[0].id, "gone");
  v = evaluate(parse(R"({"all":[{"object":"c","field":"gone","value":true},{"object":"c","field":"no","value":true}]})"), s);
  EXPECT_EQ(v.denied, "c.no = false");
  EXPECT_TRUE(v.missing.empty());
}

TEST(Evaluator, ComparesPathsByTheirParts) {
  const FakeScene s = scene();
  const auto is = [&](const char* json) { return evaluate(parse(json), s).value; };
  EXPECT_EQ(is(R"({"object":"m","field":"path","op":"covers","value":["/x","/run/docker.sock"]})"), Tri::yes);
  EXPECT_EQ(is(R"({"object":"m","field":"parent","op":"covers","value":"/run/docker.sock"})"), Tri::yes) << "/var/run is /run";
  EXPECT_EQ(is(R"({"object":"m","field":"path","op":"under","value":"/run"})"), Tri::yes);
  EXPECT_EQ(is(R"({"object":"m","field":"path","op":"under","value":"/ru"})"), Tri::no);
  EXPECT_EQ(normal_path("//a/./b/../c/"), "/a/c");
  EXPECT_EQ(normal_path("/.."), "/");
}

TEST(Evaluator, ComparesVersionsByNumbers) {
  const FakeScene s = scene();
  EXPECT_EQ(evaluate(parse(R"({"object":"s","field":"minor","op":"below","value":35})"), s).value, Tri::yes);
  EXPECT_EQ(evaluate(parse(R"({"object":"s","field":"minor","op":"from","value":35})"), s).value, Tri::no);
  EXPECT_EQ(*compare_dotted("1.7.20", "1.7.3"), 1);
  EXPECT_EQ(*compare_dotted("v1.7-k3s1", "1.7.0"), 0);
  EXPECT_EQ(*compare_dotted("2.1.99999999999999999999", "2.2"), -1);
  EXPECT_FALSE(compare_dotted("", "1"));
}

TEST(Evaluator, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad :
       {R"({"object":"c","field":"yes","op":"like","value":1})", R"({"object":"c"})", R"({"all":[]})", R"({"can":{"verb":"get"}})",
        R"({"reaches":{"to":"1.2.3.4","port":70000}})", R"([1])"}) {
    auto document = base::JsonDocument::parse(bad);
    ASSERT_TRUE(document);
    auto e = parse_expression(document->root(), "rows/x.yaml");
    ASSERT_FALSE(e) << bad;
    EXPECT_EQ(e.error().where, "rows/x.yaml");
  }
}

}  // namespace
}  // namespace bulkhead::graph
