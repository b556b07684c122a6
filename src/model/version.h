// Version ordering: one scheme per ecosystem, each exact to that ecosystem's own tool, ties included.
//
// A scheme is a row of the table src/model/version/ (rows.def, <id>.cc, <id>_test.cc); docs/adding-a-version-scheme.md says
// how to add one. Each row's file opens with the tool it follows and where that tool's rules are written down.
//
// Threads: schemes are constants and their functions are pure; use them from any thread.
// Limits: a version longer than kMaxVersionBytes is an error of kind `limit`.
// Errors: kind `input`, `what` says why ("version string is empty"), `where` is the version. A comparison with a version that
// the scheme cannot read is an error, never an order: the caller must treat it as unknown.
#pragma once

#include <compare>
#include <span>
#include <string_view>

#include "base/result.h"

namespace bulkhead::model {

// Longer than any real version (the longest that npm accepts is 256), short enough for a stack buffer.
inline constexpr size_t kMaxVersionBytes = 4096;

struct Scheme {
  const char* name;                         // as in `bulkhead tool version NAME`
  std::span<const char* const> purl_types;  // purl types whose versions are ordered by it; may be empty
  const char* specification;                // link to the rules
  base::Result<std::strong_ordering> (*compare)(std::string_view a, std::string_view b);
  base::Status (*valid)(std::string_view version);  // whether compare can read it; the error is compare's own
};

// All schemes, sorted by name.
std::span<const Scheme* const> schemes();
// nullptr where there is none of that name.
const Scheme* scheme(std::string_view name);
// The scheme that orders versions of a purl type ("npm", "deb", "golang"); nullptr where none does: then nothing is known.
const Scheme* scheme_for_purl_type(std::string_view type);

// "<", "=" or ">".
constexpr const char* ordering_sign(std::strong_ordering order) { return order < 0 ? "<" : order > 0 ? ">" : "="; }

}  // namespace bulkhead::model
