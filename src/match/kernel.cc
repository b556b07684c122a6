// Problem: a kernel flaw is fixed at another version in every stable stream, and its pairs [introduced, fixed) overlap as
// number ranges: [4.14, 5.10.254) and [4.14, 7.0) together would hold 5.15.204, which has the fix of its own stream.
//
// Rule: compare inside the node's own stream.
// 1. A pair applies if its introduced version is at or below ours; one with three numbers (6.1.43) only in its own stream,
//    for that is a backport of the mistake into stable.
// 2. If an applying pair is fixed in our stream, we are affected below that fix and not from it on.
// 3. If no pair is fixed in our stream, we are affected below the smallest fix above us (streams that ended unfixed), and
//    always where an applying pair has no fix.
// Sources: the kernel CNA's vulns repository (format of .dyad files), and how_to_match of the escape catalogue.
#include <optional>
#include <vector>

#include "match/internal/judge.h"
#include "model/kernel_release.h"

namespace bulkhead::match {
namespace {

using model::KernelRelease;
using model::Tri;

struct Pair {
  std::string_view introduced, fixed;  // "0": since ever; "": no fix
};

std::vector<Pair> pairs_of(std::string_view text) {
  std::vector<Pair> out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.starts_with("introduced ")) {
      out.push_back({line.substr(11), {}});
    } else if (line.starts_with("fixed ") && !out.empty()) {
      out.back().fixed = line.substr(6);
    }
  }
  return out;
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

}  // namespace

Verdict judge_kernel(const advisory::PackageRecord& record, std::string_view release, Words words) {
  static const model::Scheme* const kScheme = model::scheme("linux");
  Verdict verdict;
  const auto ours = model::parse_kernel_release(release);
  if (!ours || kScheme == nullptr) {
    verdict.comparison = "the kernel's release cannot be read: " + std::string(release);
    return verdict;
  }
  const auto compare = [&](std::string_view other) -> std::optional<int> {
    const auto order = kScheme->compare(release, other);
    return order ? std::optional(sign(*order)) : std::nullopt;
  };
  bool applies = false, fixed_in_stream = false, hit = false, unfixed = false;
  std::string_view own_fix, next_fix;
  const std::vector<Pair> pairs = pairs_of(record.ranges);
  for (const Pair& pair : pairs) {
    const auto introduced = pair.introduced == "0" ? std::optional(1) : compare(pair.introduced);
    const auto from = model::parse_kernel_release(pair.introduced);
    const auto to = pair.fixed.empty() ? std::nullopt : std::optional(model::parse_kernel_release(pair.fixed));
    const auto against = pair.fixed.empty() ? std::optional(0) : compare(pair.fixed);
    if (!introduced || !against || (to && !*to)) {
      verdict.affected = Tri::unknown;
      verdict.comparison = "a pair of the record cannot be read";
      return verdict;
    }
    const bool stable = from && !from->patch.empty() && from->patch != "0" && from->candidate.empty();
    if (*introduced < 0 || (stable && from->stream != ours->stream)) {
      continue;
    }
    applies = true;
    if (pair.fixed.empty()) {
      unfixed = true;
    } else if ((*to)->stream == ours->stream) {
      fixed_in_stream = true;
      hit = hit || *against < 0;
      own_fix = pair.fixed;
    } else if (*against < 0 &&
               (next_fix.empty() || sign(kScheme->compare(pair.fixed, next_fix).value_or(std::strong_ordering::equal)) < 0)) {
      next_fix = pair.fixed;
    }
  }
  const std::string us(release);
  if (!applies) {
    verdict.affected = Tri::no;
    verdict.comparison = us + " is older than the mistake, or in a stream without it";
  } else if (fixed_in_stream) {
    verdict.affected = model::tri(hit);
    verdict.fixed_version = hit ? own_fix : std::string_view();
    verdict.comparison = us + (hit ? " < " : " >= ") + std::string(own_fix) + " (fixed in stream " + std::string(ours->stream) + ")";
  } else if (unfixed || !next_fix.empty()) {
    verdict.affected = Tri::yes;
    verdict.fixed_version = next_fix;
    verdict.comparison = next_fix.empty() ? us + ": no fix in any stream"
                                          : us + " < " + std::string(next_fix) + " (no fix in stream " + std::string(ours->stream) + ")";
    if (record.state == advisory::AffectedState::frozen) {
      verdict.affected = Tri::unknown;
      verdict.comparison = "the source ended before it could say anything of stream " + std::string(ours->stream);
    }
  } else {
    verdict.affected = Tri::no;
    verdict.comparison = us + " is newer than every fix";
  }
  if (words == Words::always || verdict.affected != Tri::no) {
    for (const Pair& pair : pairs) {
      verdict.range += (verdict.range.empty() ? "" : "; ") + std::string(pair.introduced) + " – " +
                       (pair.fixed.empty() ? "no fix" : std::string(pair.fixed));
    }
  }
  return verdict;
}

}  // namespace bulkhead::match
