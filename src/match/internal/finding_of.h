// From a deciding record to a finding, filled whole.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "advisory/database.h"
#include "match/internal/judge.h"
#include "model/finding.h"

namespace bulkhead::match {

// A record with its verdict.
struct Judged {
  const advisory::PackageRecord* record = nullptr;
  Verdict verdict;
};

// All records of one flaw about one package; `decider` is the one whose publisher is believed.
struct FlawJudgement {
  std::vector<Judged> judged;       // withdrawn ones included
  const Judged* decider = nullptr;  // null: every record is withdrawn
};
// `records` are of one flaw. `judge_one` gives a verdict for a record that is not withdrawn.
template <typename JudgeOne>
FlawJudgement judge_flaw(std::span<const advisory::PackageRecord> records, JudgeOne judge_one) {
  FlawJudgement out;
  out.judged.reserve(records.size());
  int best = INT32_MAX;
  for (const advisory::PackageRecord& record : records) {
    if (record.withdrawn) {
      out.judged.push_back({&record, {}});
      continue;
    }
    out.judged.push_back({&record, judge_one(record)});
    best = record.rank < best ? record.rank : best;
  }
  // Among equals the gravest word counts: yes before unknown before no; then one that names a fix.
  for (const Judged& j : out.judged) {
    if (j.record->withdrawn || j.record->rank != best) {
      continue;
    }
    const bool graver = out.decider == nullptr || j.verdict.affected > out.decider->verdict.affected ||
                        (j.verdict.affected == out.decider->verdict.affected && out.decider->verdict.fixed_version.empty() &&
                         !j.verdict.fixed_version.empty());
    out.decider = graver ? &j : out.decider;
  }
  return out;
}

struct Subject {
  std::string purl, component;  // of the finding
  std::string ecosystem, package, version, scheme;
};

// The decider must be affected or unknown.
base::Result<model::Finding> finding_of(const Subject& subject, const Judged& decider, const advisory::Database& database);

// Sorts by purl, paths, flaw, and drops what is told twice.
void sort_findings(std::vector<model::Finding>& findings);

}  // namespace bulkhead::match
