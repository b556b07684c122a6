// Is a version inside an advisory's ranges? The evaluation of the OSV schema, for any version scheme, with its reason.
//
// Source: https://ossf.github.io/osv-schema/ ("Evaluation"): events are sorted by version ("introduced": "0" sorts first; events
// of one version keep the record's order) and walked; `introduced` at or below the version opens, `fixed` at or below and
// `last_affected` below close; a `limit` bounds from above ("*": no limit).
//
// Unread is never safe: a version or an event that the scheme cannot read makes the answer unknown, with the cause in `why`.
// Threads: pure functions. Cost: n log n comparisons in the number of events.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/tri.h"
#include "model/version.h"

namespace bulkhead::model {

struct RangeEvent {
  enum class Kind : uint8_t { introduced, fixed, last_affected, limit } kind = Kind::introduced;
  std::string_view version;  // borrowed
};

struct RangeAnswer {
  Tri inside = Tri::unknown;
  // Smallest `fixed` above the version in this range; empty where there is none. A view into the events.
  std::string_view fixed_version;
  // The comparison that decided, to repeat by hand: "7.88.1-10 < 7.88.1-10+deb12u5 (fixed)".
  std::string comparison;
  std::string why;  // for unknown: what could not be read
};

// One range. No events: not inside. Without a single `introduced` the range opens nothing, as the schema says.
// Most ranges do not hold a version, and nobody reads why: the words then cost more than the comparison.
enum class RangeWords : uint8_t { always, if_inside };
RangeAnswer in_range(const Scheme& scheme, std::string_view version, std::span<const RangeEvent> events,
                     RangeWords words = RangeWords::always);

// The record's explicit list: equal as text, or equal by the scheme ("1.0" and "1.0.0" under pep440) where it reads both.
bool in_versions(const Scheme& scheme, std::string_view version, std::span<const std::string_view> versions);

// "introduced 0, fixed 7.88.1-10+deb12u5".
std::string range_text(std::span<const RangeEvent> events);

}  // namespace bulkhead::model
