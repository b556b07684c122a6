// The advisory database, opened for looking things up. docs/advisory-database.md describes the file.
//
// The file is immutable: an import makes a new one and renames it over; an open database goes on reading the old one.
// Threads: every call may come from any thread; calls take turns on one connection.
// Errors: not_found (no such file), input (not a database of this program, another version, or damaged), io.
// Cost: opening reads one page; a look-up is two searches in B-trees.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/content.h"
#include "advisory/join.h"
#include "advisory/vex.h"
#include "base/clock.h"
#include "base/json.h"

namespace bulkhead::advisory {

// What one record says about a package.
struct PackageRecord {
  int64_t flaw = 0;      // Flaw::id; records of one flaw lie together
  int64_t advisory = 0;  // for Database::record
  int rank = 0;          // the smaller is believed
  AffectedState state = AffectedState::affected;
  bool withdrawn = false;  // never matches
  std::string ranges;      // as record.h says
  std::vector<std::string> versions;
  std::string note;
  std::string symbols;  // lines "import/path: Symbol, Type.Method"; empty where the source does not say
};

// CISA's decision points of a CVE (SSVC, "vulnrichment"): words as CISA has them, lower case.
struct Ssvc {
  std::string exploitation;      // none poc active
  std::string automatable;       // yes no
  std::string technical_impact;  // partial total
  std::string date;
};

// The record itself, with where it came from.
struct RecordInfo {
  std::string id;      // "GHSA-…"
  std::string source;  // row name
  std::string file, sha256, feed_date;
  std::string published, modified, withdrawn, severity;
  std::vector<std::string> cvss;
};

class Database {
 public:
  static base::Result<Database> open(const std::string& path);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  const std::string& path() const;

  // All records of a package, by flaw. Names as in advisory/names.h. Empty where no feed names the package.
  base::Result<std::vector<PackageRecord>> package(std::string_view ecosystem, std::string_view name) const;
  // Whether any record is of this very ecosystem: "Debian:12" where there is one is "no flaw known", else nothing is known.
  base::Result<bool> has_ecosystem(std::string_view ecosystem) const;
  // Ecosystems that are there, with this base name: "Debian" → "Debian:11", "Debian:12".
  base::Result<std::vector<std::string>> releases(std::string_view base) const;

  base::Result<std::optional<Flaw>> flaw(int64_t id) const;
  base::Result<std::optional<Flaw>> flaw_named(std::string_view name) const;
  base::Result<std::optional<RecordInfo>> record(int64_t advisory) const;

  // Preconditions of a Kubernetes flaw: the row of the catalogue as JSON; nullopt where it has none.
  base::Result<std::optional<std::string>> kubernetes_checks(std::string_view flaw_name) const;
  // Releases of a product ("debian", "containerd"), newest first as the feed has them. Empty: product unknown.
  base::Result<std::vector<Cycle>> life_cycle(std::string_view product) const;

  // CISA's SSVC decision points; nullopt where there are none.
  base::Result<std::optional<Ssvc>> ssvc(std::string_view cve) const;
  // Who can reach a kernel flaw: JSON {"class", "needs", "rule", "why"} (data/kernel/reach.tsv); nullopt for other flaws.
  base::Result<std::optional<std::string>> kernel_reach(std::string_view cve) const;
  // CPEs of a Red Hat repository ("rhel-9-for-x86_64-baseos-rpms"). Empty: not known.
  base::Result<std::vector<std::string>> repository_cpes(std::string_view repository) const;
  // All VEX statements that speak of an identifier (a component's or an image's purl or CPE) as their subject, and of a flaw by one
  // of its names (all flaws where `names` is empty). Whether a statement's product is the one at hand is the caller's to ask
  // (vex_covers). Sorted by document.
  base::Result<std::vector<StoredVex>> vex_statements(std::string_view identifier, const std::vector<std::string>& names) const;
  base::Result<bool> has_vex() const;  // whether there is any statement

  // --- what answers rest on, for match/rematch.h
  // `seen` is called with the key of every question from now on, by the thread that asks; an empty one ends it. Keys:
  // "package\nECOSYSTEM\nNAME", "ecosystem\nNAME", "releases\nBASE", "cycle\nPRODUCT", "fact\nKIND\nNAME", "vex\nIDENTITY". A new question
  // that matching asks must tell its key.
  void watch(std::function<void(const std::string& key)> seen) const;
  // Another number where the answer to that question may be another. `as_of` decides which dates of a life cycle have passed.
  base::Result<uint64_t> print(std::string_view key, base::Moment as_of) const;

  base::Result<std::vector<Feed>> feeds() const;
  // Days from the newest date of any advisory feed to `as_of`; -1 where no feed is dated.
  double age_days(base::Moment as_of) const;
  struct Counts {
    int64_t flaws = 0, advisories = 0, packages = 0, affected = 0, scores = 0, exploited = 0, vex = 0;
  };
  base::Result<Counts> counts() const;

 private:
  struct Impl;
  base::Result<std::optional<std::string>> fact(const char* kind, std::string_view name) const;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::advisory
