#include "base/xml.h"

#include <gmock/gmock.h>

namespace bulkhead::base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  std::vector<std::string> seen;  // "name=text"
  Status status;
};

Read read(std::string_view text, std::vector<std::string_view> wanted, const Limits& limits = {}) {
  Read out;
  out.status = each_xml_element(text, wanted, limits, "x.xml", [&](const XmlElement& e) -> Status {
    out.seen.push_back(e.name + "=" + std::string(e.trimmed()));
    return {};
  });
  return out;
}

TEST(Xml, GivesWantedElementsWholeAndPassesOverTheRest) {
  std::string id, inner;
  const std::string_view wanted[] = {"definition"};
  const Status status = each_xml_element(
      "<?xml version='1.0'?><d:all xmlns:d='u'><other>x</other><d:definition d:id='a&amp;b'> t1<b><c>&lt;é</c></b>t2 "
      "</d:definition></d:all>",
      wanted, {}, "x.xml", [&](const XmlElement& e) -> Status {
        id = e.attribute("id");
        inner = e.child("b").child("c").text;
        EXPECT_EQ(e.trimmed(), "t1t2");
        EXPECT_EQ(e.child("none").child("none").text, "");
        return {};
      });
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(id, "a&b");
  EXPECT_EQ(inner, "<é");
}

TEST(Xml, KeepsAWantedNameInsideAWantedElementAsItsPart) {
  EXPECT_THAT(read("<r><a>1<a>2</a></a><b/><a>3</a></r>", {"a", "b"}).seen, ElementsAre("a=1", "b=", "a=3"));
}

TEST(Xml, NamesLineAndColumnOfBrokenInput) {
  const Read cut = read("<r>\n<a>1</a>\n<b", {"a"});
  EXPECT_THAT(cut.seen, ElementsAre("a=1"));
  ASSERT_FALSE(cut.status);
  EXPECT_THAT(cut.status.error().text(), HasSubstr("x.xml:3:1"));
  const Read latin = read("<?xml version='1.0' encoding='UTF-8'?><r>\xE9</r>", {"r"});
  ASSERT_FALSE(latin.status);
  EXPECT_THAT(latin.status.error().text(), HasSubstr("not well-formed"));
}

TEST(Xml, ReadsLatin1WhereItIsDeclared) {
  EXPECT_THAT(read("<?xml version='1.0' encoding='ISO-8859-1'?><r>\xE9</r>", {"r"}).seen, ElementsAre("r=é"));
}

TEST(Xml, RefusesEntitiesAndTakesADocumentTypeByName) {
  EXPECT_THAT(read("<!DOCTYPE g SYSTEM 'http://example.org/g.dtd'><g>x</g>", {"g"}).seen, ElementsAre("g=x"));
  const Read bomb = read("<!DOCTYPE g [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><g>&b;</g>", {"g"});
  ASSERT_FALSE(bomb.status);
  EXPECT_THAT(bomb.status.error().text(), HasSubstr("declares an entity"));
  const Read outside = read("<!DOCTYPE g [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><g>&x;</g>", {"g"});
  ASSERT_FALSE(outside.status);
  const Read unknown = read("<!DOCTYPE g SYSTEM 'g.dtd'><g>&x;</g>", {"g"});
  ASSERT_FALSE(unknown.status);
  EXPECT_THAT(unknown.status.error().text(), HasSubstr("entity"));
  EXPECT_TRUE(unknown.seen.empty());
}

TEST(Xml, KeepsItsLimits) {
  std::string deep;
  for (int i = 0; i < 200; ++i) {
    deep += "<a>";
  }
  const Read nested = read(deep, {"b"});
  ASSERT_FALSE(nested.status);
  EXPECT_EQ(nested.status.error().kind, ErrorKind::limit);
  Limits small;
  small.string_bytes = 10;
  EXPECT_EQ(read("<a>12345678901</a>", {"a"}, small).status.error().kind, ErrorKind::limit);
  EXPECT_EQ(read("<a b='12345678901'/>", {"a"}, small).status.error().kind, ErrorKind::limit);
  small.document_bytes = 3;
  EXPECT_EQ(read("<a/>", {"a"}, small).status.error().kind, ErrorKind::limit);
  std::string many = "<a>";
  for (size_t i = 0; i < kMaxXmlElements + 1; ++i) {
    many += "<b/>";
  }
  EXPECT_EQ(read(many + "</a>", {"a"}).status.error().kind, ErrorKind::limit);
}

TEST(Xml, GivesTheErrorOfTheReaderOn) {
  const std::string_view wanted[] = {"a"};
  int calls = 0;
  const Status status = each_xml_element("<r><a/><a/></r>", wanted, {}, "x", [&](const XmlElement&) -> Status {
    ++calls;
    return fail(ErrorKind::io, "full");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, "full");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace bulkhead::base
