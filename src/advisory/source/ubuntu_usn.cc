// Ubuntu's security notices: the USN database (usn.ubuntu.com/usn-db/database-all.json, one object with all notices by number) and
// the security API's pages (ubuntu.com/security/notices.json, `notices`).
//
// A notice gives, per release, the fixed version of each source package, and names the flaws; every flaw becomes a record of
// its own, its note names the notice. Versions of Ubuntu Pro are told by their pocket ("esm-infra", "esm-apps").
#include "advisory/internal/ubuntu.h"
#include "advisory/source.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kMaxFlaws = 2000;    // of one notice
constexpr size_t kMaxRows = 500'000;  // flaws times packages of one notice

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') &&
         ((head.contains("\"notices\"") && head.contains("\"release_packages\"")) ||
          (head.contains("\"releases\"") && head.contains("\"sources\"") && head.contains("\"archs\"")));
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

bool plain(std::string_view text) { return !text.empty() && text.size() < 200 && text.find_first_of("\n ") == text.npos; }

struct Notice {
  std::string id, date, summary;
  std::vector<std::string> flaws;
  std::vector<Affected> affected;
};

void add_package(Notice& n, std::string_view codename, bool pro, std::string_view package, std::string_view version) {
  const auto ecosystem = ubuntu_ecosystem(codename, pro);
  if (ecosystem && plain(package) && plain(version)) {
    n.affected.push_back({*ecosystem, std::string(package), "introduced 0\nfixed " + std::string(version), {}});
    n.affected.back().note = n.id;
  }
}

base::Status give(const Notice& n, const Document& document, const std::string& place, Sink& sink) {
  if (n.id.empty() || n.flaws.size() > kMaxFlaws || n.flaws.size() * n.affected.size() > kMaxRows) {
    return sink.skip(document, place, n.id.empty() ? "has no number" : "names too many flaws and packages");
  }
  for (const std::string& flaw : n.flaws) {
    Advisory a;
    a.id = flaw;
    a.modified = n.date;
    a.affected = n.affected;
    BULKHEAD_CHECK(sink.add(a));
  }
  return sink.date(n.date);
}

base::Status read_database(JsonView root, const Document& document, Sink& sink) {
  base::Status status;
  root.each([&](std::string_view number, JsonView v) {
    if (!status) {
      return;
    }
    Notice n;
    n.id = advisory_name("USN-" + std::string(number));
    if (const auto moment = v.get("timestamp").number(); moment && *moment > 0 && *moment < 1e11) {
      n.date = base::format_moment(static_cast<base::Moment>(*moment));
    }
    for (const std::string& name : v.get("cves").texts()) {
      if (std::string flaw = advisory_name(name); is_cve(flaw)) {
        n.flaws.push_back(std::move(flaw));
      }
    }
    v.get("releases").each([&](std::string_view codename, JsonView release) {
      bool pro = false;
      for (const char* list : {"allbinaries", "binaries"}) {
        release.get(list).each([&](std::string_view, JsonView binary) { pro = pro || binary.get("pocket").text().starts_with("esm"); });
      }
      release.get("sources").each([&](std::string_view package, JsonView source) {
        add_package(n, codename, pro, package, source.get("version").string().value_or(""));
      });
    });
    status = give(n, document, "USN-" + std::string(number.substr(0, 20)), sink);
  });
  return status;
}

base::Status read_pages(JsonView notices, const Document& document, Sink& sink) {
  size_t index = 0;
  for (const JsonView& v : notices.items()) {
    Notice n;
    n.id = advisory_name(v.get("id").text());
    const std::string published = v.get("published").text();  // "2004-10-23T01:17:50", UTC without saying so
    n.date = checked_date(published.size() == 19 ? published + "Z" : published);
    for (const std::string& name : v.get("cves_ids").texts()) {
      if (std::string flaw = advisory_name(name); is_cve(flaw)) {
        n.flaws.push_back(std::move(flaw));
      }
    }
    v.get("release_packages").each([&](std::string_view codename, JsonView packages) {
      for (const JsonView& p : packages.items()) {
        if (p.get("is_source").flag()) {
          const bool pro = p.get("pocket").text().starts_with("esm") || p.get("version").text().contains("+esm");
          add_package(n, codename, pro, p.get("name").string().value_or(""), p.get("version").string().value_or(""));
        }
      }
    });
    BULKHEAD_CHECK(give(n, document, "notices[" + std::to_string(index++) + "]", sink));
  }
  return {};
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().get("notices").kind() == JsonKind::array) {
    return read_pages(json.root().get("notices"), document, sink);
  }
  if (json.root().kind() != JsonKind::object || json.root().size() == 0) {
    return base::fail(base::ErrorKind::input, "neither `notices` nor notices by number", document.place);
  }
  return read_database(json.root(), document, sink);
}

}  // namespace

extern constinit const Source ubuntu_usn{
    .name = "ubuntu_usn",
    .title = "Ubuntu security notices",
    .publisher = "Canonical, Ubuntu security team",
    .licence = "CC-BY-SA 4.0",
    .rank = 14,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
