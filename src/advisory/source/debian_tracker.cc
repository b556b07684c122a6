// The Debian security tracker's JSON (security-tracker.debian.org, data/json): source package > CVE > releases.
//
// Per release: status resolved | open | undetermined, fixed_version ("0": this release never held the flaw), urgency
// ("unimportant": Debian's word for no security effect in Debian's use), nodsa with nodsa_reason ("ignored" = will not be fixed,
// "postponed" and "" = minor, fixed at the next occasion). Versions are of the source package.
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"releases\"") && head.contains("\"repositories\"") &&
         head.contains("\"urgency\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

std::string note_of(JsonView release) {
  std::string note;
  if (const std::string urgency = release.get("urgency").text(); !urgency.empty() && urgency != "not yet assigned") {
    note = "urgency " + urgency.substr(0, 60);
  }
  if (const auto nodsa = release.get("nodsa").string()) {
    const std::string reason = release.get("nodsa_reason").text();
    note += (note.empty() ? "" : "; ") + std::string("no-dsa") + (reason.empty() ? "" : " (" + reason.substr(0, 40) + ")") + ": " +
            short_summary(*nodsa).substr(0, 120);
  }
  return base::repair_utf8(note);
}

// False: the release's entry cannot be used, `why` says why.
bool read_release(JsonView release, Affected& x, std::string& why) {
  const std::string status = release.get("status").text();
  const std::string fixed = release.get("fixed_version").text();
  x.note = note_of(release);
  x.ranges = "introduced 0";
  if (status == "resolved") {
    if (fixed == "0") {
      x.state = AffectedState::not_affected;
      x.ranges.clear();
      return true;
    }
    if (fixed.empty() || fixed.size() > 512 || fixed.find('\n') != fixed.npos) {
      why = "resolved without a usable fixed_version";
      return false;
    }
    x.ranges += "\nfixed " + fixed;
    return true;
  }
  if (status == "open") {
    const std::string reason = release.get("nodsa_reason").text();
    const bool unimportant = release.get("urgency").text() == "unimportant";
    x.state = unimportant || reason == "ignored" ? AffectedState::will_not_fix
              : release.get("nodsa").string()    ? AffectedState::deferred
                                                 : AffectedState::no_fix;
    return true;
  }
  if (status == "undetermined") {
    x.state = AffectedState::under_investigation;
    return true;
  }
  why = "unknown status";
  return false;
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::object) {
    return base::fail(base::ErrorKind::input, "the tracker's data must be a JSON object", document.place);
  }
  base::Status status;
  json.root().each([&](std::string_view package, JsonView flaws) {
    flaws.each([&](std::string_view name, JsonView flaw) {
      if (!status) {
        return;
      }
      const std::string place = std::string(package) + " " + std::string(name);
      Advisory a;
      a.id = advisory_name(name);
      if (a.id.empty() || package.empty() || package.size() > 200 || flaw.get("releases").kind() != JsonKind::object) {
        status = sink.skip(document, place, "no name or no releases");
        return;
      }
      a.summary = short_summary(flaw.get("description").text());
      flaw.get("releases").each([&](std::string_view codename, JsonView release) {
        const auto number = debian_release(codename);
        if (!number) {
          return;  // sid and experimental are no release that images are judged by
        }
        Affected x{"Debian:" + *number, std::string(package), {}, {}};
        std::string why;
        if (read_release(release, x, why)) {
          a.affected.push_back(std::move(x));
        } else if (status) {
          status = sink.skip(document, place + " " + std::string(codename), why);
        }
      });
      if (status) {
        status = sink.add(a);
      }
    });
  });
  return status;
}

}  // namespace

extern constinit const Source debian_tracker{
    .name = "debian_tracker",
    .title = "Debian security tracker",
    .publisher = "Debian security team",
    .licence = "none stated; facts",
    .rank = 10,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
