// Red Hat's security data API (access.redhat.com/hydra/rest/securitydata/cve/….json): one flaw in full, or the list of short forms.
//
// `affected_release`: fixed builds by product (CPE); `package_state`: products without a fix and why. Package names may carry a
// module ("virt:rhel/qemu-kvm"); container images ("rhacs/main") are no packages and are passed over. Short forms name builds
// without their product: only severity and dates are taken from them.
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  const std::string_view text = base::trim(head);
  return (text.starts_with('{') && head.contains("\"threat_severity\"") && head.contains("\"bugzilla\"")) ||
         ((text.starts_with('{') || text.starts_with('[')) && head.contains("\"resource_url\"") &&
          head.contains("/hydra/rest/securitydata/"));
}

bool wants(std::string_view name) { return name.substr(name.rfind('/') + 1).find("schema") == name.npos; }

bool plain(std::string_view text) { return !text.empty() && text.size() < 300 && text.find_first_of("\n ") == text.npos; }

// "virt:rhel/qemu-kvm" is a package of a module and stays so (internal/errata.h, variant_name); "rhacs/main" is an image.
bool is_package(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == name.npos || (name.substr(0, slash).find(':') != name.npos && name.find('/', slash + 1) == name.npos);
}

// "gstreamer1-plugins-good-0:1.18.4-6.el9" → name, epoch:version-release.
bool split_build(std::string_view build, std::string& package, std::string& version) {
  const size_t release = build.rfind('-');
  const size_t number = release == build.npos || release == 0 ? build.npos : build.rfind('-', release - 1);
  if (number == build.npos || number == 0) {
    return false;
  }
  package = build.substr(0, number);
  version = build.substr(build.substr(number + 1).starts_with("0:") ? number + 3 : number + 1);
  return !package.empty() && version.find_first_of("0123456789") != std::string::npos;
}

AffectedState state_of(const std::string& word) {
  const std::string w = base::lower_ascii(word);
  return w == "not affected"                                                                ? AffectedState::not_affected
         : w == "under investigation"                                                       ? AffectedState::under_investigation
         : w.contains("defer")                                                              ? AffectedState::deferred
         : w.contains("will not fix") || w.contains("out of support") || w.contains("wont") ? AffectedState::will_not_fix
                                                                                            : AffectedState::no_fix;
}

void read_products(JsonView v, Advisory& a) {
  for (const JsonView& r : v.get("affected_release").items()) {
    Affected x{red_hat_ecosystem(r.get("cpe").text()), {}, {}, {}};
    std::string version;
    if (!x.ecosystem.empty() && split_build(r.get("package").string().value_or(""), x.package, version) && plain(x.package) &&
        plain(version)) {
      x.ranges = "introduced 0\nfixed " + version;
      x.note = advisory_name(r.get("advisory").text());
      a.affected.push_back(std::move(x));
    }
  }
  for (const JsonView& s : v.get("package_state").items()) {
    Affected x{red_hat_ecosystem(s.get("cpe").text()), s.get("package_name").text(), {}, {}};
    const std::string word = s.get("fix_state").text();
    x.state = state_of(word);
    x.note = short_summary(word).substr(0, 60);
    if (!x.ecosystem.empty() && plain(x.package) && is_package(x.package)) {
      x.ranges = x.state == AffectedState::not_affected ? "" : "introduced 0";
      a.affected.push_back(std::move(x));
    }
  }
}

base::Status read_flaw(JsonView v, const Document& document, const std::string& place, Sink& sink) {
  Advisory a;
  a.id = advisory_name(v.get("name").text(v.get("CVE").text()));
  if (!is_cve(a.id)) {
    return sink.skip(document, place, "no CVE id");
  }
  a.published = checked_date(v.get("public_date").text());
  a.modified = a.published;
  a.summary = short_summary(v.path("bugzilla", "description").text(v.get("bugzilla_description").text()));
  a.severity = severity_word(v.get("threat_severity").text(v.get("severity").text()));
  for (const std::string& vector : {v.path("cvss3", "cvss3_scoring_vector").text(), v.get("cvss3_scoring_vector").text()}) {
    if (vector.starts_with("CVSS:") && vector.size() < 200) {
      a.cvss.push_back(vector);
    }
  }
  read_products(v, a);
  BULKHEAD_CHECK(sink.date(a.modified));
  return sink.add(a);
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() == JsonKind::array) {
    size_t index = 0;
    for (const JsonView& v : json.root().items()) {
      BULKHEAD_CHECK(read_flaw(v, document, "[" + std::to_string(index++) + "]", sink));
    }
    return {};
  }
  if (!json.root().get("name").string() && !json.root().get("CVE").string()) {
    return base::fail(base::ErrorKind::input, "neither a flaw nor a list of them", document.place);
  }
  return read_flaw(json.root(), document, {}, sink);
}

}  // namespace

extern constinit const Source redhat_api{
    .name = "redhat_api",
    .title = "Red Hat security data",
    .publisher = "Red Hat Product Security",
    .licence = "CC-BY 4.0",
    .rank = 12,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
