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

// Ranges of a record, end to end: range i is events [ends[i-1], ends[i]).
struct Ranges {
  std::vector<RangeEvent> events;
  std::vector<size_t> ends;

  size_t size() const { return ends.size(); }
  bool empty() const { return ends.empty(); }
  std::span<const RangeEvent> operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::span(events).subspan(begin, ends[i] - begin);
  }
};

// The ranges of a record: groups of lines parted by empty ones (advisory/record.h). `out` is emptied; its memory is used again.
void read_ranges(std::string_view text, Ranges& out) {
  out.events.clear();
  out.ends.clear();
  if (text.empty()) {
    return;
  }
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) {
      out.ends.push_back(out.events.size());
      continue;
    }
    const size_t blank = line.find(' ');
    const std::string_view word = line.substr(0, blank);
    const RangeEvent::Kind kind = word == "fixed"           ? RangeEvent::Kind::fixed
                                  : word == "last_affected" ? RangeEvent::Kind::last_affected
                                  : word == "limit"         ? RangeEvent::Kind::limit
                                                            : RangeEvent::Kind::introduced;
    out.events.push_back({kind, blank == line.npos ? std::string_view() : line.substr(blank + 1)});
  }
  out.ends.push_back(out.events.size());
}

// The listed version that is ours: as text, or as the scheme reads both ("1.0" is "1.0.0" for Python).
const std::string* listed_as(const advisory::PackageRecord& record, const model::Scheme* scheme, std::string_view version) {
  const auto text = std::find(record.versions.begin(), record.versions.end(), version);
  if (text != record.versions.end()) {
    return &*text;
  }
  if (scheme != nullptr) {
    for (const std::string& listed : record.versions) {
      const auto order = scheme->compare(version, listed);
      if (order && *order == 0) {
        return &listed;
      }
    }
  }
  return nullptr;
}

std::string range_words(const advisory::PackageRecord& record, const Ranges& ranges) {
  std::string out;
  for (size_t i = 0; i < ranges.size(); ++i) {
    out += (out.empty() ? "" : "; ") + model::range_text(ranges[i]);
  }
  if (!record.versions.empty()) {
    out += (out.empty() ? "" : "; ") + std::to_string(record.versions.size()) + " versions by name";
  }
  return out;
}

// The ranges alone.
Verdict decide_ranges(const Ranges& ranges, const model::Scheme* scheme, std::string_view version, Words words) {
  Verdict verdict;
  if (scheme == nullptr) {
    verdict.comparison = "no version order is known for this ecosystem";
    return verdict;
  }
  verdict.affected = Tri::no;
  const model::RangeWords range_words = words == Words::always ? model::RangeWords::always : model::RangeWords::if_inside;
  for (size_t i = 0; i < ranges.size(); ++i) {
    model::RangeAnswer answer = model::in_range(*scheme, version, ranges[i], range_words);
    if (answer.inside == Tri::yes) {
      if (verdict.affected != Tri::yes || verdict.fixed_version.empty()) {
        verdict.fixed_version = answer.fixed_version;
        verdict.comparison = std::move(answer.comparison);
      }
    } else if (verdict.affected == Tri::no) {
      verdict.comparison = std::move(answer.inside == Tri::unknown ? answer.why : answer.comparison);
    }
    verdict.affected = verdict.affected || answer.inside;
  }
  return verdict;
}

// All but the range's words.
Verdict decide(const advisory::PackageRecord& record, const Ranges& ranges, const model::Scheme* scheme, std::string_view version,
               Words words) {
  if (ranges.empty() && record.versions.empty()) {
    return {Tri::unknown, {}, {}, "the record names no versions"};
  }
  Verdict verdict;
  if (!ranges.empty()) {
    verdict = decide_ranges(ranges, scheme, version, words);
  }
  if (record.versions.empty() || verdict.affected == Tri::yes) {
    return verdict;
  }
  if (const std::string* listed = listed_as(record, scheme, version)) {
    return {Tri::yes, {}, {}, std::string(version) + " = " + *listed + " (named in the record)"};
  }
  if (ranges.empty()) {
    const base::Status readable = scheme == nullptr ? base::Status{} : scheme->valid(version);
    verdict.affected = readable ? Tri::no : Tri::unknown;
    verdict.comparison = !readable                ? readable.error().text()
                         : words == Words::always ? std::string(version) + " is not among the versions named"
                                                  : std::string();
  }
  return verdict;
}

}  // namespace

Verdict judge(const advisory::PackageRecord& record, const model::Scheme* scheme, std::string_view version, Words words) {
  if (record.state == AffectedState::not_affected) {
    return {Tri::no, {}, "not affected", "the publisher says that no version in this release is affected"};
  }
  thread_local Ranges ranges;  // borrows from the record while this call lasts
  read_ranges(record.ranges, ranges);
  Verdict verdict = decide(record, ranges, scheme, version, words);
  if (words == Words::always || verdict.affected != Tri::no) {
    verdict.range = range_words(record, ranges);
  }
  return verdict;
}

}  // namespace bulkhead::match
