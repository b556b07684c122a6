#include "kube/calico_selector.h"

#include <gtest/gtest.h>

namespace bulkhead::kube {
namespace {

using model::EndSelector;

std::string text(const EndSelector& s) {
  static constexpr const char* kOf[] = {"", "ns:", "account:", "NAMESPACE", "ACCOUNT", "node:"};
  const std::string key = kOf[static_cast<int>(s.of)] + s.key;
  std::string values, parts;
  for (const std::string& v : s.values) values += (values.empty() ? "" : ",") + v;
  for (const EndSelector& p : s.parts) parts += (parts.empty() ? "" : " ") + text(p);
  switch (s.op) {
    case EndSelector::Op::everything: return "all";
    case EndSelector::Op::nothing: return "none";
    case EndSelector::Op::unknown: return "?";
    case EndSelector::Op::all: return "(and " + parts + ")";
    case EndSelector::Op::any: return "(or " + parts + ")";
    case EndSelector::Op::negate: return "(not " + parts + ")";
    case EndSelector::Op::exists: return "has " + key;
    case EndSelector::Op::in: return key + "=" + values;
    case EndSelector::Op::contains: return key + "~" + values;
    case EndSelector::Op::starts: return key + "^" + values;
    case EndSelector::Op::ends: return key + "$" + values;
  }
  return "";
}

TEST(CalicoSelector, ReadsEveryFormOfTheDocumentation) {
  for (const auto& [given, expected] : std::vector<std::pair<const char*, const char*>>{
           {"", "all"},
           {"all()", "all"},
           {"global()", "none"},
           {"role == 'db'", "role=db"},
           {"role != \"db\"", "(not role=db)"},
           {"role in {'a','b'}", "role=a,b"},
           {"role not in { 'a', 'b' }", "(not role=a,b)"},
           {"has(role)", "has role"},
           {"!has(role)", "(not has role)"},
           {"name contains 'x'", "name~x"},
           {"name starts with 'x'", "name^x"},
           {"name ends with 'x'", "name$x"},
           {"a == '1' || b == '2' && c == '3'", "(or a=1 (and b=2 c=3))"},
           {"(a == '1' || b == '2') && !(c == '3')", "(and (or a=1 b=2) (not c=3))"},
           {"k8s.io/app == 'x' && in == 'y'", "(and k8s.io/app=x in=y)"},
           {"has == 'x'", "has=x"},
           {"pcns.team == 'x'", "ns:team=x"},
           {"pcsa.role == 'x'", "account:role=x"},
           {"projectcalico.org/namespace == 'x'", "NAMESPACE=x"},
           {"projectcalico.org/serviceaccount == 'x'", "ACCOUNT=x"},
           {"projectcalico.org/orchestrator == 'k8s'", "all"},
       }) {
    const auto read = parse_calico_selector(given, EndSelector::Of::pod);
    ASSERT_TRUE(read) << given << ": " << read.error().text();
    EXPECT_EQ(text(*read), expected) << given;
  }
}

TEST(CalicoSelector, RefusesWhatIsNoSelector) {
  const std::string deep(100, '(');
  for (const std::string& given :
       {std::string("role"), std::string("role =="), std::string("role == db"), std::string("role in 'a'"), std::string("has(role"),
        std::string("a == '1' b == '2'"), std::string("&& a == '1'"), std::string("a == '1"), deep, std::string(70'000, 'a')}) {
    EXPECT_FALSE(parse_calico_selector(given, EndSelector::Of::pod)) << given.substr(0, 50);
  }
}

}  // namespace
}  // namespace bulkhead::kube
