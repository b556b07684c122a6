#include <atomic>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>
#include <thread>

#include "advisory/database.h"
#include "advisory/internal/test_feed.h"
#include "advisory/writer.h"
#include "base/hash.h"

namespace bulkhead::advisory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void add(Content& content, const std::string& key, const std::string& path, const std::string& source = {}) {
  const TestFeed feed = read_test_feed(path, source);
  ASSERT_TRUE(feed.status) << feed.status.error().text();
  FeedContent& c = content[key];
  c.feed.key = key;
  c.feed.source = feed.row;
  c.feed.file = path.substr(path.rfind('/') + 1);
  for (const std::string& line : feed.lines) {
    ASSERT_TRUE(c.add_line(line));
  }
  c.finish();
}

Content all_feeds() {
  Content content;
  add(content, "osv/mixed", "osv/good/mixed.zip");
  add(content, "debian_tracker", "debian_tracker/good/tracker.json");
  add(content, "kev", "kev/good/kev.json");
  add(content, "epss", "epss/good/scores.csv");
  add(content, "exploits/index", "exploits/good/index.jsonl");
  add(content, "kernel_dyad", "kernel_dyad/good/dyad.tar.zst");
  add(content, "escape_catalogue", "escape_catalogue/good/catalogue.json");
  add(content, "k8s_preconditions", "k8s_preconditions/good/preconditions.json");
  add(content, "life_cycle/debian", "life_cycle/good/debian.json");
  add(content, "cve_json/one", "cve_json/good/CVE-2023-38545.json");
  add(content, "openvex/scan", "openvex/good/scan.openvex.json");
  add(content, "csaf/ox", "csaf/good/oxdc-adv-2024-0003.json");
  add(content, "kernel_cna", "kernel_cna/good");
  add(content, "repository_cpe", "repository_cpe/good/repository-to-cpe.json");
  add(content, "rustsec/x", "rustsec/good");
  add(content, "nvd/x", "nvd/good");
  return content;
}

std::string file(const std::string& name) { return testing::TempDir() + name; }

std::string bytes_of(const std::string& path) { return base::read_file(path, 1 << 28).value_or(""); }

TEST(Database, JoinsNamesAndEvidence) {
  const std::string path = file("join.db");
  ASSERT_TRUE(write_database(all_feeds(), path));
  const auto db = Database::open(path);
  ASSERT_TRUE(db) << db.error().text();
  const auto flaw = db->flaw_named("GHSA-jfh8-c2jp-5v3q");
  ASSERT_TRUE(flaw && *flaw);
  EXPECT_EQ((*flaw)->name, "CVE-2021-44228");
  EXPECT_THAT((*flaw)->aliases, ElementsAre("GHSA-jfh8-c2jp-5v3q"));
  EXPECT_EQ((*flaw)->exploit, model::ExploitEvidence::kev_ransomware);
  EXPECT_THAT((*flaw)->exploit_sources, testing::IsSupersetOf({"kev", "metasploit"}));
  EXPECT_EQ((*flaw)->effect, model::FlawEffect::control);
  EXPECT_TRUE((*flaw)->network);
  EXPECT_EQ((*flaw)->severity, "critical");
  EXPECT_GT((*flaw)->epss, 90'000);
  // Severity of a Debian flaw comes from the CVE record alone.
  const auto curl = db->flaw_named("CVE-2023-38545");
  ASSERT_TRUE(curl && *curl);
  EXPECT_FALSE((*curl)->cvss.empty());
  EXPECT_THAT((*curl)->sources, ElementsAre("cve_json", "debian_tracker", "osv"));
  EXPECT_TRUE(*db->kubernetes_checks("CVE-2020-8554"));
  EXPECT_FALSE(*db->kubernetes_checks("CVE-2021-44228"));
  EXPECT_TRUE(*db->has_ecosystem("Debian:12"));
  EXPECT_FALSE(*db->has_ecosystem("Debian:9"));
  EXPECT_THAT(*db->releases("Debian"), ElementsAre("Debian:11", "Debian:12", "Debian:13"));
}

TEST(Database, SameFeedsGiveTheSameBytesHoweverTheyCame) {
  const Content whole = all_feeds();
  ASSERT_TRUE(write_database(whole, file("one.db")));
  // The same in two imports, the other feeds read back from the database in between.
  Content first = whole;
  first.erase("osv/mixed");
  first.erase("epss");
  ASSERT_TRUE(write_database(first, file("two.db")));
  auto again = read_content(file("two.db"));
  ASSERT_TRUE(again) << again.error().text();
  again->insert_or_assign("osv/mixed", whole.at("osv/mixed"));
  again->insert_or_assign("epss", whole.at("epss"));
  ASSERT_TRUE(write_database(*again, file("two.db")));
  EXPECT_EQ(base::sha256_hex(bytes_of(file("one.db"))), base::sha256_hex(bytes_of(file("two.db"))));
}

TEST(Database, FindsVexStatementsBySubjectAndFlaw) {
  const std::string path = file("vex.db");
  ASSERT_TRUE(write_database(all_feeds(), path));
  const auto db = Database::open(path);
  ASSERT_TRUE(db) << db.error().text();
  // The statement names CVE-2025-22868 with the alias GO-2025-3488, in every version of the product and in one.
  const auto found = db->vex_statements("pkg:golang/golang.org/x/oauth2@v0.24.0", {"GO-2025-3488"});
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_GE(found->size(), 2U);
  for (const StoredVex& v : *found) {
    EXPECT_EQ(v.status, VexStatus::not_affected);
    EXPECT_EQ(v.justification, "vulnerable_code_not_present");
    EXPECT_EQ(v.author, "Rancher Security team");
    EXPECT_EQ(v.source, "openvex");
    EXPECT_THAT(v.product, HasSubstr("pkg:golang/k8s.io/ingress-nginx/magefiles"));
  }
  EXPECT_TRUE(db->vex_statements("pkg:golang/golang.org/x/oauth2@v0.25.0", {"GO-2025-3488"})->empty());
  EXPECT_TRUE(db->vex_statements("pkg:golang/golang.org/x/oauth2@v0.24.0", {"CVE-2021-44228"})->empty());
  const auto dovecot = db->vex_statements("cpe:2.3:a:open-xchange:dovecot:2.3.21:*:*:*:*:*:*:*", {});
  ASSERT_TRUE(dovecot && !dovecot->empty());
  EXPECT_TRUE(dovecot->front().subcomponent.empty());
}

TEST(Database, SmallFactsByName) {
  const std::string path = file("facts.db");
  Content content = all_feeds();
  add(content, "cve_json/two", "cve_json/good/CVE-2019-19391.json");
  ASSERT_TRUE(write_database(content, path));
  const auto db = Database::open(path);
  ASSERT_TRUE(db) << db.error().text();
  const auto ssvc = db->ssvc("CVE-2019-19391");  // the record's own options: none, no, partial
  ASSERT_TRUE(ssvc && *ssvc);
  EXPECT_EQ((*ssvc)->exploitation, "none");
  EXPECT_EQ((*ssvc)->automatable, "no");
  EXPECT_EQ((*ssvc)->technical_impact, "partial");
  EXPECT_FALSE(*db->ssvc("CVE-2021-44228"));
  EXPECT_THAT(db->kernel_reach("CVE-2024-26581")->value_or(""), HasSubstr("userns_netadmin"));
  EXPECT_THAT(*db->repository_cpes("rhel-9-for-x86_64-baseos-rpms"), testing::Contains("cpe:/o:redhat:enterprise_linux:9::baseos"));
  const auto records = db->package("crates.io", "smallvec");
  ASSERT_TRUE(records && !records->empty());
  EXPECT_EQ(records->front().symbols, "smallvec: smallvec::SmallVec::insert_many");
}

TEST(Database, KeepsTheScoresOfTheFeedBefore) {
  Content january, july;
  add(january, "epss", "epss/two_days/epss_scores-2026-01-30.csv");
  add(july, "epss", "epss/two_days/epss_scores-2026-07-02-derived.csv");
  FeedContent newer = july.at("epss");
  newer.carry_scores(january.at("epss"));
  ASSERT_EQ(newer.scores.size(), 3U);
  EXPECT_EQ(newer.scores[1].cve, "CVE-2024-3094");
  EXPECT_EQ(newer.scores[1].score, 85'974U);
  EXPECT_EQ(newer.scores[1].previous, 87'479);
  FeedContent again = july.at("epss");
  again.carry_scores(newer);  // the same day once more
  EXPECT_EQ(again.scores[1].previous, 87'479);
  EXPECT_EQ(again.feed.note, newer.feed.note);
}

TEST(Database, RefusesOtherAndDamagedFiles) {
  const std::string path = file("damaged.db");
  EXPECT_EQ(Database::open(file("missing.db")).error().kind, base::ErrorKind::not_found);
  ASSERT_TRUE(base::write_file_atomic(path, "not a database at all, but long enough to look at"));
  EXPECT_EQ(Database::open(path).error().kind, base::ErrorKind::input);
  ASSERT_TRUE(base::write_file_atomic(path, ""));
  EXPECT_FALSE(Database::open(path));
  ASSERT_TRUE(write_database(all_feeds(), path));
  ASSERT_EQ(::truncate(path.c_str(), 4096 * 3), 0);
  const auto cut = Database::open(path);
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().text(), HasSubstr("damaged.db"));
}

// Every 37th byte flipped in turn: opening and reading end with an answer or an error, never with a crash.
TEST(Database, ReadsFlippedBytesWithoutCrashing) {
  const std::string path = file("flip.db");
  ASSERT_TRUE(write_database(all_feeds(), path));
  const std::string good = bytes_of(path);
  for (size_t at = 0; at < good.size(); at += 37 * 41) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    ASSERT_TRUE(base::write_file_atomic(path, bad));
    if (const auto db = Database::open(path)) {
      (void)db->package("Debian:12", "curl");
      (void)db->flaw_named("CVE-2023-38545");
      (void)db->feeds();
      (void)db->releases("Debian");
      (void)db->vex_statements("pkg:golang/golang.org/x/oauth2@v0.24.0", {});
      (void)db->ssvc("CVE-2023-38545");
    }
  }
}

TEST(Database, ManyThreadsReadAtOnce) {
  const std::string path = file("threads.db");
  ASSERT_TRUE(write_database(all_feeds(), path));
  const auto db = Database::open(path);
  ASSERT_TRUE(db);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const auto records = db->package("npm", "lodash");
        good += records && !records->empty() && *db->flaw(records->front().flaw) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 200);
}

TEST(Database, KeepsTheOldFileWhereTheNewOneCannotBeWritten) {
  const std::string path = file("kept.db");
  ASSERT_TRUE(write_database(all_feeds(), path));
  const std::string before = bytes_of(path);
  Content broken = all_feeds();
  broken.at("kev").exploited.push_back(broken.at("kev").exploited.front());  // a second row of one key: the database refuses it
  EXPECT_FALSE(write_database(broken, path));
  EXPECT_EQ(bytes_of(path), before);
}

}  // namespace
}  // namespace bulkhead::advisory
