#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "match/internal/judge.h"
#include "model/version_range.h"

namespace bulkhead::match {
namespace {

using advisory::AffectedState;
using model::RangeEvent;
using model::Tri;

// The ranges of a record: groups of lines parted by empty ones (advisory/record.h).
std::vector<std::vector<RangeEvent>> ranges_of(std::string_view text) {
  std::vector<std::vector<RangeEvent>> out;
  if (text.empty()) {
    return out;
  }
  out.emplace_back();
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) {
      out.emplace_back();
      continue;
    }
    const size_t blank = line.find(' ');
    const std::string_view word = line.substr(0, blank);
    const RangeEvent::Kind kind = word == "fixed"           ? RangeEvent::Kind::fixed
                                  : word == "last_affected" ? RangeEvent::Kind::last_affected
                                  : word == "limit"         ? RangeEvent::Kind::limit
                                                            : RangeEvent::Kind::introduced;
    out.back().push_back({kind, blank == line.npos ? std::string_view() : line.substr(blank + 1)});
  }
  return out;
}

void judge_versions(const advisory::PackageRecord& record, const model::Scheme* scheme, std::string_view version, Verdict& verdict) {
  for (const std::string& listed : record.versions) {
    bool same = listed == version;
    if (!same && scheme != nullptr) {
      const auto order = scheme->compare(version, listed);
      same = order && *order == 0;
    }
    if (same) {
      verdict.affected = Tri::yes;
      verdict.comparison = std::string(version) + " = " + listed + " (named in the record)";
      return;
    }
  }
}

std::string range_words(const advisory::PackageRecord& record, const std::vector<std::vector<RangeEvent>>& ranges) {
  std::string out;
  for (const auto& range : ranges) {
    out += (out.empty() ? "" : "; ") + model::range_text(range);
  }
  if (!record.versions.empty()) {
    out += (out.empty() ? "" : "; ") + std::to_string(record.versions.size()) + " versions by name";
  }
  return out;
}

// All but the range's words.
Verdict decide(const advisory::PackageRecord& record, const std::vector<std::vector<RangeEvent>>& ranges, const model::Scheme* scheme,
               std::string_view version) {
  Verdict verdict;
  if (!record.versions.empty()) {
    verdict.affected = Tri::no;
    verdict.comparison = std::string(version) + " is not among the versions named";
    judge_versions(record, scheme, version, verdict);
    if (verdict.affected == Tri::yes && ranges.empty()) {
      return verdict;
    }
  }
  if (ranges.empty()) {
    return verdict;
  }
  if (scheme == nullptr) {
    if (verdict.affected != Tri::yes) {
      verdict.affected = Tri::unknown;
      verdict.comparison = "no version order is known for this ecosystem";
    }
    return verdict;
  }
  const bool named = verdict.affected == Tri::yes;
  Tri all = named ? Tri::yes : Tri::no;
  std::string why;
  for (const auto& range : ranges) {
    const model::RangeAnswer answer = model::in_range(*scheme, version, range);
    if (answer.inside == Tri::yes && (all != Tri::yes || verdict.fixed_version.empty())) {
      verdict.fixed_version = answer.fixed_version;
      if (!named) {
        verdict.comparison = answer.comparison;
      }
    } else if (all == Tri::no && answer.inside == Tri::unknown) {
      why = answer.why;
    } else if (all == Tri::no && answer.inside == Tri::no) {
      verdict.comparison = answer.comparison;
    }
    all = all || answer.inside;
  }
  verdict.affected = all;
  if (all == Tri::unknown) {
    verdict.comparison = why;
  }
  return verdict;
}

}  // namespace

Verdict judge(const advisory::PackageRecord& record, const model::Scheme* scheme, std::string_view version, Words words) {
  if (record.state == AffectedState::not_affected) {
    return {Tri::no, {}, "not affected", "the publisher says that no version in this release is affected"};
  }
  const std::vector<std::vector<RangeEvent>> ranges = ranges_of(record.ranges);
  Verdict verdict = decide(record, ranges, scheme, version);
  if (words == Words::always || verdict.affected != Tri::no) {
    verdict.range = range_words(record, ranges);
  }
  return verdict;
}

}  // namespace bulkhead::match
