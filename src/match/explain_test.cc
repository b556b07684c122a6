#include <gmock/gmock.h>

#include "match/internal/test_database.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ComponentOfPurl, ReadsWhatToolsWrite) {
  const auto deb = *component_of_purl("pkg:deb/debian/linux-libc-dev@6.1.4-1?distro=debian-12.5&upstream=linux@6.1.4-2");
  EXPECT_EQ(deb.name, "linux-libc-dev");
  EXPECT_EQ(deb.distro, "debian:12.5");
  EXPECT_EQ(deb.source_name, "linux");
  EXPECT_EQ(deb.source_version, "6.1.4-2");
  EXPECT_EQ(deb.role, model::ComponentRole::headers);
  EXPECT_TRUE(deb.program);
  EXPECT_EQ(component_of_purl("pkg:deb/debian/curl@1?distro=12")->distro, "debian:12");
  EXPECT_EQ(component_of_purl("pkg:rpm/opensuse/curl@1?distro=opensuse-leap-15.6")->distro, "opensuse-leap:15.6");
  EXPECT_EQ(component_of_purl("pkg:maven/org.a/b@1")->name, "org.a:b");
  EXPECT_EQ(component_of_purl("linux@6.1.55")->purl, "pkg:generic/linux@6.1.55");
  EXPECT_EQ(component_of_purl("nothing").error().kind, base::ErrorKind::usage);
}

TEST(Explain, ShowsEveryRecordAndWhoDecides) {
  const auto db = test_database({test_record("GHSA-a", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}),
                                 test_record("RETIREJS-x", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 2.0.0", {}})});
  const Explanation e = *explain(*component_of_purl("pkg:npm/x@1.5.0"), "cve-2024-1111", db, kTestDay);
  EXPECT_EQ(e.flaw, "CVE-2024-1111");
  EXPECT_THAT(e.looked_up, ElementsAre("npm x"));
  EXPECT_THAT(e.findings, IsEmpty());
  ASSERT_EQ(e.judgements.size(), 2U);
  EXPECT_EQ(e.judgements[0].record, "GHSA-a");
  EXPECT_TRUE(e.judgements[0].decides);
  EXPECT_FALSE(e.judgements[0].matches);
  EXPECT_EQ(e.judgements[0].verdict, "not affected");
  EXPECT_EQ(e.judgements[0].reason.comparison, "1.5.0 > 1.2.0 (fixed)");
  EXPECT_EQ(e.judgements[0].reason.scheme, "npm");
  EXPECT_FALSE(e.judgements[1].decides);
  EXPECT_TRUE(e.judgements[1].matches);
  EXPECT_EQ(e.judgements[1].verdict, "affected");
  const Explanation older = *explain(*component_of_purl("pkg:npm/x@1.1.0"), "CVE-2024-1111", db, kTestDay);
  EXPECT_THAT(test_words(older.findings), ElementsAre("CVE-2024-1111 fixed_available 1.2.0"));
  const Explanation odd = *explain(*component_of_purl("pkg:npm/x@latest"), "CVE-2024-1111", db, kTestDay);
  EXPECT_EQ(odd.judgements[0].verdict, "unknown");
}

TEST(Explain, SaysWhatIsNotThere) {
  auto withdrawn = test_record("GHSA-w", {}, {"npm", "x", "introduced 0", {}});
  withdrawn.withdrawn = "2024-08-21T00:00:00Z";
  const auto db = test_database({test_record("GHSA-a", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}), withdrawn});
  const Explanation other = *explain(*component_of_purl("pkg:npm/y@1.0.0"), "CVE-2024-1111", db, kTestDay);
  EXPECT_EQ(other.flaw, "");
  EXPECT_THAT(other.notes, ElementsAre("CVE-2024-1111 is known, but no record of it names npm y"));
  const Explanation unknown = *explain(*component_of_purl("pkg:npm/x@1.0.0"), "CVE-2020-9999", db, kTestDay);
  EXPECT_THAT(unknown.notes, ElementsAre("no record of the name CVE-2020-9999 in the database"));
  const Explanation back = *explain(*component_of_purl("pkg:npm/x@1.0.0"), "GHSA-w", db, kTestDay);
  ASSERT_EQ(back.judgements.size(), 1U);
  EXPECT_EQ(back.judgements[0].verdict, "withdrawn on 2024-08-21: never matches");
  EXPECT_FALSE(back.judgements[0].matches);
  EXPECT_FALSE(back.judgements[0].decides);
  EXPECT_THAT(back.findings, IsEmpty());
}

TEST(Explain, NodesPartsByTheirNames) {
  const auto db = test_database({test_record("CVE-2024-1111", {}, {"Linux", "kernel", "introduced 4.1\nfixed 6.1.60", {}}),
                                 test_record("CVE-2024-1112", {}, {"Kubernetes", "kube-proxy", "introduced 0\nfixed 1.29.7", {}}),
                                 test_record("CVE-2024-1113", {}, {"Runtime", "containerd", "introduced 0\nfixed 1.7.20", {}})});
  const auto answer = [&](const char* component, const char* flaw) {
    return test_words(explain(*component_of_purl(component), flaw, db, kTestDay)->findings);
  };
  EXPECT_THAT(answer("linux@6.1.55", "CVE-2024-1111"), ElementsAre("CVE-2024-1111 fixed_available 6.1.60"));
  EXPECT_THAT(answer("kube-proxy@v1.29.4", "CVE-2024-1112"), ElementsAre("CVE-2024-1112 fixed_available 1.29.7"));
  EXPECT_THAT(answer("containerd@1.7.12", "CVE-2024-1113"), ElementsAre("CVE-2024-1113 fixed_available 1.7.20"));
  EXPECT_THAT(answer("containerd@1.7.20", "CVE-2024-1113"), IsEmpty());
  EXPECT_THAT(answer("linux@6.1.60", "CVE-2024-1111"), IsEmpty());
}

TEST(LookUp, ListsEveryRecordOfThePackage) {
  const auto db =
      test_database({test_record("GHSA-a", {"CVE-2024-1111"}, {"npm", "x", "introduced 0\nfixed 1.2.0", {}}),
                     test_record("GHSA-b", {}, {"npm", "x", "introduced 0\nfixed 0.5.0", {"0.1.0"}, AffectedState::affected, "why"})});
  const auto with = *look_up(*component_of_purl("pkg:npm/x@1.0.0"), db);
  ASSERT_EQ(with.size(), 2U);
  EXPECT_EQ(with[0].flaw.name, "CVE-2024-1111");
  EXPECT_EQ(with[0].record.id, "GHSA-a");
  EXPECT_EQ(with[0].ranges, "introduced 0, fixed 1.2.0");
  EXPECT_EQ(with[0].verdict, "affected");
  EXPECT_EQ(with[0].comparison, "1.0.0 < 1.2.0 (fixed)");
  EXPECT_EQ(with[1].verdict, "not affected");
  EXPECT_EQ(with[1].note, "why");
  EXPECT_EQ(with[1].state, "affected");
  EXPECT_THAT(with[1].versions, ElementsAre("0.1.0"));
  const auto without = *look_up(*component_of_purl("pkg:npm/x"), db);
  ASSERT_EQ(without.size(), 2U);
  EXPECT_EQ(without[0].verdict, "");
  EXPECT_THAT(*look_up(*component_of_purl("pkg:github/x/y@1"), db), IsEmpty());
}

TEST(Finding, StatusIsThePublishersWord) {
  const auto status = [&](AffectedState state, std::string ranges, std::vector<std::string> versions = {}, std::string note = "") {
    advisory::Affected affected{"npm", "x", std::move(ranges), std::move(versions), state, std::move(note)};
    const auto found = match_inventory(test_inventory({"pkg:npm/x@1.0.0"}), test_database({test_record("GHSA-a", {}, affected)}), kTestDay);
    return found.size() == 1 ? std::string(model::status_name(found[0].status)) + " " + found[0].severity : "none";
  };
  EXPECT_EQ(status(AffectedState::affected, "introduced 0\nfixed 2.0.0"), "fixed_available unknown");
  EXPECT_EQ(status(AffectedState::affected, "introduced 0"), "no_fix unknown");
  EXPECT_EQ(status(AffectedState::affected, "introduced 0\nlast_affected 1.0.0"), "affected unknown");
  EXPECT_EQ(status(AffectedState::affected, "introduced 0\nfixed 0.5.0\nintroduced 0.9.0"), "affected unknown");
  EXPECT_EQ(status(AffectedState::affected, "", {"1.0.0"}), "affected unknown");
  EXPECT_EQ(status(AffectedState::no_fix, "introduced 0\nlast_affected 1.0.0"), "no_fix unknown");
  EXPECT_EQ(status(AffectedState::will_not_fix, "introduced 0"), "will_not_fix unknown");
  EXPECT_EQ(status(AffectedState::deferred, "introduced 0"), "deferred unknown");
  EXPECT_EQ(status(AffectedState::under_investigation, "introduced 0"), "under_investigation unknown");
  EXPECT_EQ(status(AffectedState::under_investigation, "introduced 0\nfixed what"), "under_investigation unknown");
  EXPECT_EQ(status(AffectedState::affected, "introduced 0\nfixed what"), "unknown unknown");
  EXPECT_EQ(status(AffectedState::not_affected, "introduced 0"), "none");
  EXPECT_EQ(status(AffectedState::no_fix, "introduced 0", {}, "urgency low; minor"), "no_fix low");
  EXPECT_EQ(status(AffectedState::no_fix, "introduced 0", {}, "urgency medium"), "no_fix medium");
  EXPECT_EQ(status(AffectedState::no_fix, "introduced 0", {}, "urgency whatever"), "no_fix unknown");
  EXPECT_EQ(status(AffectedState::no_fix, "introduced 0", {}, "low"), "no_fix unknown");
}

}  // namespace
}  // namespace bulkhead::match
