// Debian packages whose security support ended before their release's or is limited: the lists of the package
// debian-security-support, security-support-ended.deb12 (package, last supported version, date, words) and
// security-support-limited (package, words). The first column is a source package's name, or a regular expression ("golang.*").
//
// They become life cycles: product "Debian:12 packages" ("Debian packages" for the limited ones), cycle the first column, latest
// the last supported version, end_of_life the date or "limited", codename the words.
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

constexpr std::string_view kEnded = "security-support-ended.deb", kLimited = "security-support-limited";

std::string_view base_name(std::string_view name) { return name.substr(name.rfind('/') + 1); }

bool wants(std::string_view name) { return base_name(name).starts_with(kEnded) || base_name(name) == kLimited; }

bool recognises(std::string_view name, std::string_view head) { return wants(name) && base::trim(head).starts_with("# List of packages"); }

// Takes the next column off `line`.
std::string_view column(std::string_view& line) {
  line = base::trim(line);
  const size_t end = line.find_first_of(" \t");
  const std::string_view out = line.substr(0, end);
  line = end == line.npos ? std::string_view() : base::trim(line.substr(end));
  return out;
}

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  const std::string_view file = base_name(document.name);
  const bool ended = file.starts_with(kEnded);
  const std::string release(ended ? file.substr(kEnded.size()) : std::string_view());
  if (!base::valid_utf8(document.bytes) || !recognises(document.name, document.bytes.substr(0, kHeadBytes)) ||
      (!ended && file != kLimited) || (ended && !base::parse_u64(release))) {
    return base::fail(base::ErrorKind::input, "not one of the lists security-support-ended.debN and security-support-limited in UTF-8",
                      document.place);
  }
  uint64_t number = 0;
  for (std::string_view line : base::split(document.bytes, '\n')) {
    ++number;
    line = base::trim(line);
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    Cycle c;
    c.product = ended ? "Debian:" + release + " packages" : "Debian packages";
    c.cycle = column(line);
    c.end_of_life = "limited";
    if (ended) {
      c.latest = column(line);
      c.end_of_life = checked_date(column(line));
    }
    c.codename = short_summary(line);
    if (!usable_package(c.cycle) || c.end_of_life.empty() || (ended && !usable_version(c.latest))) {
      BULKHEAD_CHECK(sink.skip(document, "line " + std::to_string(number), "not a package with a version and a date"));
      continue;
    }
    BULKHEAD_CHECK(sink.add(c));
  }
  return {};  // a release's list may be empty yet
}

}  // namespace

extern constinit const Source debian_support{
    .name = "debian_support",
    .title = "Debian packages with ended or limited security support",
    .publisher = "Debian (package debian-security-support)",
    .licence = "GPL-2+",
    .rank = 60,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
