// Debian's lists of security advisories (security-tracker, data/DSA/list and data/DLA/list): what each advisory fixed, and where.
//
//   [29 Mar 2023] DSA-5380-1 xorg-server - security update
//           {CVE-…}
//           [bullseye] - xorg-server 2:1.20.11-1+deb11u6
//
// Further lines are notes. `<not-affected>`, `<end-of-life>` and other words in angle brackets may stand for the version. An
// advisory without flaw names is a record under its own name, unless it only mends an earlier one.
#include <array>

#include "advisory/internal/errata.h"
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

bool is_name(std::string_view word) { return word.starts_with("DSA-") || word.starts_with("DLA-") || word.starts_with("DTSA-"); }

// "[29 Mar 2023]" → "2023-03-29".
std::string date_of_head(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto parts = base::split(text, ' ');
  for (size_t month = 0; parts.size() == 3 && month < kMonths.size(); ++month) {
    if (parts[1].starts_with(kMonths[month]) && base::parse_u64(parts[0]) && parts[0].size() <= 2) {
      const std::string day = (parts[0].size() == 1 ? "0" : "") + std::string(parts[0]);
      return checked_date(std::string(parts[2]) + (month < 9 ? "-0" : "-") + std::to_string(month + 1) + "-" + day);
    }
  }
  return {};
}

bool recognises(std::string_view, std::string_view head) {
  const size_t close = head.find("] ");
  return head.starts_with('[') && close < 20 && is_name(head.substr(close + 2));
}

bool wants(std::string_view name) { return name == "list" || name.ends_with("/list"); }

class Reader {
 public:
  Reader(const Document& document, Sink& sink) : document_(document), sink_(sink) {}

  base::Status line(std::string_view text, uint64_t number) {
    number_ = number;
    const bool inner = text.starts_with('\t') || text.starts_with(' ');
    text = base::trim(text);
    if (text.empty()) {
      return {};
    }
    if (!base::valid_utf8(text)) {
      return skip("not UTF-8");
    }
    if (!inner) {
      BULKHEAD_CHECK(finish());
      return head(text);
    }
    if (text.starts_with('{')) {
      for (const std::string_view word : base::split(text.substr(1, text.find('}') - 1), ' ')) {
        if (std::string name = advisory_name(word); is_cve(name)) {
          e_.flaws.push_back({std::move(name), {}, {}});
        }
      }
      return {};
    }
    return text.starts_with('[') ? release(text) : base::Status();  // NOTE: and TODO: lines
  }

  base::Status finish() {
    BULKHEAD_CHECK(add_erratum(e_, sink_));
    e_ = {};
    return {};
  }
  size_t advisories() const { return advisories_; }

 private:
  base::Status skip(const std::string& why) { return sink_.skip(document_, "line " + std::to_string(number_), why); }

  base::Status head(std::string_view text) {
    const size_t close = text.find("] ");
    const std::string_view rest = close == text.npos ? std::string_view() : text.substr(close + 2);
    const std::string_view name = rest.substr(0, rest.find(' '));
    if (!text.starts_with('[') || !is_name(name)) {
      return skip("neither an advisory nor a line of one");
    }
    ++advisories_;
    if (advisories_ == 1) {
      BULKHEAD_CHECK(sink_.part(std::string(name.substr(0, name.find('-')))));
    }
    e_.id = advisory_name(name);
    e_.published = e_.modified = date_of_head(text.substr(1, close - 1));
    e_.summary = short_summary(rest.substr(name.size()));
    e_.unnamed = !e_.summary.contains("regression update");
    return sink_.date(e_.published);
  }

  base::Status release(std::string_view text) {
    const size_t close = text.find(']');
    const size_t dash = text.find("- ", close == text.npos ? 0 : close);
    const auto number = close == text.npos ? std::nullopt : debian_release(text.substr(1, close - 1));
    if (dash == text.npos || e_.id.empty()) {
      return skip("a release without a package");
    }
    const std::string_view rest = base::trim(text.substr(dash + 2));
    const size_t blank = rest.find(' ');
    const std::string_view package = rest.substr(0, blank);
    std::string_view version = blank == rest.npos ? std::string_view() : base::trim(rest.substr(blank));
    version = version.substr(0, version.find(' '));
    if (!number) {
      return {};  // before 5.0 releases had other numbers, which no feed and no image uses any more
    }
    Affected x{"Debian:" + *number, std::string(package), {}, {}};
    if (version == "<not-affected>") {
      x.state = AffectedState::not_affected;
    } else if (version == "<end-of-life>" || version == "<unfixed>" || version == "<no-dsa>" || version == "<ignored>") {
      x.ranges = "introduced 0";
      x.state = version == "<unfixed>" ? AffectedState::no_fix : AffectedState::will_not_fix;
    } else if (version.starts_with('<') || !usable_version(version) || !usable_package(package)) {
      return skip("a package without a usable version");
    } else {
      x.ranges = fixed_range(version);
    }
    e_.affected.push_back(std::move(x));
    return {};
  }

  const Document& document_;
  Sink& sink_;
  Erratum e_;
  uint64_t number_ = 0;
  size_t advisories_ = 0;
};

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  Reader reader(document, sink);
  uint64_t number = 0;
  std::string_view text = document.bytes;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    BULKHEAD_CHECK(reader.line(text.substr(0, end), ++number));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  BULKHEAD_CHECK(reader.finish());
  return reader.advisories() > 0 ? base::Status() : base::fail(base::ErrorKind::input, "a list without an advisory", document.place);
}

}  // namespace

extern constinit const Source debian_advisories{
    .name = "debian_advisories",
    .title = "Debian security advisories: DSA and DLA lists",
    .publisher = "Debian security and LTS teams (security-tracker, data/DSA/list, data/DLA/list)",
    .licence = "none stated; facts",
    .rank = 13,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
