// The Ubuntu CVE tracker (git.launchpad.net/ubuntu-cve-tracker): a text file per flaw, `Key: value` with indented continuation
// lines, and per release and source package a line `jammy_curl: released (7.81.0-1ubuntu1.14)`.
//
// Kept are releases with extended support (internal/ubuntu.h); "esm-infra/", "esm-apps/", "/esm" are Ubuntu Pro's. Others, like
// snap, devel, upstream and the phone's, are passed over. Priority is Ubuntu's severity.
#include "advisory/internal/ubuntu.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

bool recognises(std::string_view, std::string_view head) {
  const std::string text = "\n" + std::string(head);
  return (text.contains("\nCandidate: CVE-") || text.contains("\nPublicDate")) && text.contains("\nPriority:") && text.contains("\nupstream_");
}

bool wants(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return file.starts_with("CVE-") && file.find('.') == file.npos;
}

// "esm-infra/xenial" → xenial, pro; "trusty/esm" → trusty, pro; "jammy" → jammy. Empty: neither.
std::pair<std::string_view, bool> release_of(std::string_view text) {
  const auto [first, second] = base::split_once(text, '/');
  if (!second) {
    return {first, false};
  }
  if (*second == "esm") {
    return {first, true};
  }
  return first == "esm-infra" || first == "esm-apps" || first == "esm-infra-legacy" ? std::pair{*second, true}
                                                                                      : std::pair{std::string_view(), false};
}

// One line of a package; true where it was one.
bool read_package(std::string_view key, std::string_view value, Advisory& a) {
  const size_t bar = key.find('_');
  if (bar == key.npos || bar + 1 == key.size()) {
    return false;
  }
  const auto [codename, pro] = release_of(key.substr(0, bar));
  if (!ubuntu_has_esm(codename)) {
    return true;
  }
  const size_t open = value.find('(');
  const size_t close = value.rfind(')');
  const std::string_view status = base::trim(value.substr(0, open));
  const std::string_view detail =
      open == value.npos || close == value.npos || close < open ? std::string_view() : base::trim(value.substr(open + 1, close - open - 1));
  Affected x{*ubuntu_ecosystem(codename, pro), std::string(key.substr(bar + 1)), {}, {}};
  if (x.package.size() < 200 && ubuntu_status(status, detail, x)) {
    a.affected.push_back(std::move(x));
  }
  return true;
}

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  const std::string_view file = document.name.substr(document.name.rfind('/') + 1);
  Advisory a;
  bool rejected = false, seen = false;
  std::string block;  // key whose indented lines follow
  for (const std::string_view raw : base::split(document.bytes, '\n')) {
    if (raw.size() > (64 << 10)) {
      return base::fail(base::ErrorKind::limit, "a line is longer than 64 KiB", document.place);
    }
    const std::string_view line = base::trim(raw);
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    if (raw.starts_with(' ') || raw.starts_with('\t')) {
      if (block == "Description" && a.summary.size() < kMaxSummary) {
        a.summary += (a.summary.empty() ? "" : " ") + std::string(line);
      } else if (block == "CVSS") {
        const auto [who, vector] = base::split_once(line, ':');
        const std::string_view v = base::trim(vector.value_or(""));
        if (v.starts_with("CVSS:") && v.size() < 200) {
          a.cvss.emplace_back(v.substr(0, v.find(' ')));
        }
      }
      continue;
    }
    const auto [key, value] = base::split_once(line, ':');
    if (!value) {
      continue;
    }
    const std::string_view text = base::trim(*value);
    block = key;
    if (key == "Candidate") {
      a.id = advisory_name(text);
      seen = true;
    } else if (key == "PublicDate") {
      a.published = checked_date(text.substr(0, std::min<size_t>(text.size(), 10)));
    } else if (key == "Priority") {
      a.severity = severity_word(text.substr(0, text.find(' ')));
    } else if (key == "Status" && text == "rejected") {
      rejected = true;
    } else {
      read_package(key, text, a);
    }
  }
  if (a.id.empty()) {
    a.id = advisory_name(file);
  }
  if (!seen || !is_cve(a.id)) {
    return base::fail(base::ErrorKind::input, "no `Candidate: CVE-…`", document.place);
  }
  if (rejected) {
    a.withdrawn = a.published;
  }
  a.summary = short_summary(a.summary);
  return sink.add(a);
}

}  // namespace

extern constinit const Source ubuntu_tracker{
    .name = "ubuntu_tracker",
    .title = "Ubuntu CVE tracker",
    .publisher = "Canonical, Ubuntu security team",
    .licence = "none stated in the tracker; Canonical's feeds: CC-BY-SA 4.0",
    .rank = 13,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
