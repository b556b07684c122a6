#include "model/kernel_release.h"

#include <vector>

#include "base/embedded.h"
#include "base/text.h"
#include "model/version/internal/part.h"

namespace bulkhead::model {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

struct SuffixRow {
  std::string_view pattern;
  std::string_view distribution;
  KernelBuild build = KernelBuild::unknown;
};

// Lines `pattern<TAB>distribution<TAB>build<TAB>example`, first match wins.
std::vector<SuffixRow> read_suffixes() {
  std::vector<SuffixRow> rows;
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name != "kernel_release/suffixes.tsv") {
      continue;
    }
    for (const std::string_view line : base::split(file.content, '\n')) {
      const auto fields = base::split(line, '\t');
      if (line.starts_with('#') || fields.size() < 3) {
        continue;
      }
      rows.push_back({fields[0], fields[1],
                      fields[2] == "upstream"      ? KernelBuild::upstream
                      : fields[2] == "backporting" ? KernelBuild::backporting
                                                   : KernelBuild::unknown});
    }
  }
  return rows;
}

// N of "-rcN", "~rcN" at the start of `rest`, or of ".rcN." further on in Fedora's "-0.rc3.20241017git.30.fc42".
std::string_view take_candidate(std::string_view& rest) {
  std::string_view text = rest;
  if (text.starts_with("-0.rc")) {
    text.remove_prefix(5);
  } else if (text.starts_with("-rc") || text.starts_with("~rc")) {
    text.remove_prefix(3);
  } else {
    return {};
  }
  const size_t n = version_scheme::digits_at(text);
  if (n > 0) {
    rest = text.substr(n);
  }
  return text.substr(0, n);
}

}  // namespace

const char* kernel_build_name(KernelBuild build) {
  switch (build) {
    case KernelBuild::upstream: return "upstream";
    case KernelBuild::backporting: return "backporting";
    case KernelBuild::unknown: return "unknown";
  }
  return "unknown";
}

base::Result<KernelRelease> parse_kernel_release(std::string_view whole) {
  using namespace version_scheme;
  BULKHEAD_CHECK(check_length(whole));
  KernelRelease release;
  std::string_view rest = whole.substr(whole.starts_with('v') ? 1 : 0);
  const char* const begin = rest.data();
  // Takes "digits", after the dot where one is due; leaves `rest` alone where they are not there.
  const auto take = [&rest](bool dot) {
    const std::string_view text = dot ? (rest.starts_with('.') ? rest.substr(1) : std::string_view{}) : rest;
    const std::string_view number = text.substr(0, digits_at(text));
    if (!number.empty()) {
      rest = text.substr(number.size());
    }
    return number;
  };
  release.major = take(false);
  release.minor = take(true);
  if (release.major.empty() || release.minor.empty()) {
    return bad_version("expected a kernel release like 5.15.150", whole);
  }
  if (without_leading_zeros(release.major) == "2") {
    release.third = take(true);
  }
  release.stream = std::string_view(begin, static_cast<size_t>(rest.data() - begin));
  release.patch = take(true);
  release.candidate = take_candidate(rest);
  release.suffix = rest;
  return release;
}

KernelBuilder kernel_builder(const KernelRelease& release) {
  static const std::vector<SuffixRow> rows = read_suffixes();
  if (release.suffix.empty()) {
    return {KernelBuild::upstream, {}};
  }
  for (const SuffixRow& row : rows) {
    if (base::glob_match(row.pattern, release.suffix)) {
      return {row.build, row.distribution};
    }
  }
  return {};
}

}  // namespace bulkhead::model
