// Problem: one name, several builds side by side. RHEL and what is made from it ship nodejs 16, 18 and 20 as streams of a module, each
// with fixes of its own: 18.18.2 is fixed, although it is below the fix of stream 20. And a system that stays on 9.2 gets its fix as
// el9_2, although the number is below that of 9.4's.
//
// Sources: Red Hat, "Understanding Red Hat security advisories" (one advisory a stream); Fedora packaging guidelines, dist tag;
// rpm's MODULARITYLABEL.
#include "match/internal/rpm_builds.h"

#include <algorithm>
#include <set>

namespace bulkhead::match {
namespace {

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }

// The versions that a record calls fixed, one after the other.
template <typename Each>
void each_fixed(std::string_view ranges, Each each) {
  constexpr std::string_view kFixed = "fixed ";
  while (!ranges.empty()) {
    const size_t end = ranges.find('\n');
    const std::string_view line = ranges.substr(0, end);
    if (line.starts_with(kFixed)) {
      each(line.substr(kFixed.size()));
    }
    ranges = end == ranges.npos ? std::string_view() : ranges.substr(end + 1);
  }
}

bool any_fixed(const advisory::PackageRecord& record, bool (*is)(std::string_view)) {
  bool found = false;
  each_fixed(record.ranges, [&](std::string_view version) { found = found || is(version); });
  return found;
}

// The groups of a record's ranges (parted by an empty line) that hold a fix for the stream; all of them where none does.
std::string ranges_of_stream(const std::string& ranges, std::string_view stream) {
  std::string out;
  for (std::string_view rest = ranges; !rest.empty();) {
    const size_t end = rest.find("\n\n");
    const std::string_view group = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 2);
    bool found = false;
    each_fixed(group, [&](std::string_view version) { found = found || minor_stream(version) == stream; });
    if (found) {
      out += (out.empty() ? "" : "\n\n") + std::string(group);
    }
  }
  return out.empty() ? ranges : out;
}

void keep_own_stream(std::vector<advisory::PackageRecord>& records, std::string_view stream) {
  const auto of_stream = [&](const advisory::PackageRecord& record) {
    bool found = false;
    each_fixed(record.ranges, [&](std::string_view version) { found = found || minor_stream(version) == stream; });
    return found;
  };
  std::set<int64_t> flaws;
  for (const advisory::PackageRecord& record : records) {
    if (!record.withdrawn && of_stream(record)) {
      flaws.insert(record.flaw);
    }
  }
  std::erase_if(records, [&](const advisory::PackageRecord& record) { return flaws.contains(record.flaw) && !of_stream(record); });
  for (advisory::PackageRecord& record : records) {
    if (flaws.contains(record.flaw)) {
      record.ranges = ranges_of_stream(record.ranges, stream);
    }
  }
}

}  // namespace

std::string_view minor_stream(std::string_view version) {
  size_t at = version.rfind(".el");
  if (at == version.npos) {
    return {};
  }
  const size_t begin = ++at;
  at += 2;
  const size_t major = at;
  while (at < version.size() && digit(version[at])) {
    ++at;
  }
  if (at == major || at == version.size() || version[at] != '_') {
    return {};
  }
  const size_t minor = ++at;
  while (at < version.size() && digit(version[at])) {
    ++at;
  }
  return at == minor ? std::string_view() : version.substr(begin, at - begin);
}

bool is_modular(std::string_view version) { return version.contains(".module_el") || version.contains(".module+el"); }

std::string_view module_of_note(std::string_view note) {
  constexpr std::string_view kWord = "module ";
  size_t at = note.find(kWord);
  while (at != note.npos && at != 0 && note[at - 1] != ' ') {
    at = note.find(kWord, at + 1);
  }
  if (at == note.npos) {
    return {};
  }
  const std::string_view rest = note.substr(at + kWord.size());
  const std::string_view name = rest.substr(0, rest.find_first_of("; "));
  return name.contains(':') ? name : std::string_view();
}

void keep_own_builds(std::vector<advisory::PackageRecord>& records, std::string_view version, std::string_view module) {
  const bool modular = !module.empty() || is_modular(version);
  std::erase_if(records, [&](const advisory::PackageRecord& record) {
    const std::string_view stream = module_of_note(record.note);
    if (!modular) {
      return !stream.empty() || any_fixed(record, is_modular);
    }
    return !module.empty() && !stream.empty() && stream != module;
  });
  if (const std::string_view stream = minor_stream(version); !stream.empty() && !modular) {
    keep_own_stream(records, stream);
  }
}

bool several_streams(std::span<const advisory::PackageRecord> records) {
  std::set<std::string_view> streams;
  for (const advisory::PackageRecord& record : records) {
    streams.insert(module_of_note(record.note));
  }
  return streams.size() > 1;
}

}  // namespace bulkhead::match
