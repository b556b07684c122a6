// Version requirements as publishers write them (">= 0.6.14, < 1.0.0", "~> 1.2.3", "^4.8.4 || 5.x") as sets of intervals, and
// those sets as the range lines of record.h.
//
// Many databases name what is patched and what never held the flaw; what is left over is affected. Sources: Cargo's book
// ("Specifying dependencies"), RubyGems' Gem::Requirement, node-semver's README, Composer's documentation ("Versions").
// Two things that OSV's events cannot say are said so: "above V" starts at the next version that the scheme knows (semver
// "1.2.4-0", gem "1.2.3.0.1"), and "up to and with V" ends with last_affected.
// Threads: plain values. Errors: nullopt for what cannot be read; the caller skips the record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/version.h"

namespace bulkhead::advisory {

enum class Flavour {
  cargo,     // ',' is "and"; a bare version is a caret
  gem,       // ',' is "and"; "~> 1.2.3" leaves the last number free; a bare version is that version alone
  npm,       // ' ' is "and", "||" is "or"; x-ranges, caret, tilde, hyphen
  composer,  // ',' or ' ' is "and"; only comparisons
};

// From low to high. Empty low: from the beginning; empty high: without end.
struct Interval {
  std::string low, high;
  bool with_low = true;    // low itself is inside
  bool with_high = false;  // high itself is inside
};
using Intervals = std::vector<Interval>;

// One requirement. Empty result: it takes nothing.
std::optional<Intervals> parse_requirement(std::string_view text, Flavour flavour);
// What is in none of them, in ascending order. nullopt where the scheme cannot read a bound.
std::optional<Intervals> complement(const Intervals& of, const model::Scheme& scheme);
// "introduced A\nfixed B\nintroduced C\nlast_affected D"; empty for no interval.
std::string range_lines(const Intervals& intervals, Flavour flavour);

// What is affected where `patched` and `unaffected` are not: nullopt where one of them cannot be read; empty: nothing is.
std::optional<std::string> affected_lines(const std::vector<std::string>& patched, const std::vector<std::string>& unaffected,
                                          Flavour flavour);

// Lines of ranges in semantic versions (npm, crates.io), their ends as they were meant: requirements leave parts of a version out
// (">= 0.24", "< 3.11") or the dash before a pre-release ("1.9.0b1", "1.0.0.beta.3", which node's semver reads as 1.9.0-b1 when it is
// `loose`), and records made from them do. "last_affected 1.2" stays: it may mean all of 1.2.
std::string whole_versions(std::string_view ranges);

}  // namespace bulkhead::advisory
