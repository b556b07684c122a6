#include <algorithm>
#include <array>
#include <iterator>

#include "advisory/names.h"
#include "base/text.h"
#include "match/internal/kubernetes_numbers.h"
#include "match/internal/lookup.h"
#include "match/internal/match_data.h"
#include "match/internal/rpm_builds.h"
#include "model/purl.h"

namespace bulkhead::match {

namespace {

struct Language {
  const char* purl_type;
  const char* ecosystem;
};
// Purl types and the OSV schema's names of their ecosystems.
constexpr std::array<Language, 12> kLanguages = {{{"bitnami", "Bitnami"},
                                                  {"cargo", "crates.io"},
                                                  {"composer", "Packagist"},
                                                  {"cran", "CRAN"},
                                                  {"gem", "RubyGems"},
                                                  {"golang", "Go"},
                                                  {"hackage", "Hackage"},
                                                  {"hex", "Hex"},
                                                  {"maven", "Maven"},
                                                  {"npm", "npm"},
                                                  {"nuget", "NuGet"},
                                                  {"pypi", "PyPI"}}};

// The part of a release's number that advisories are kept by.
std::string whole(std::string_view version, const model::Component&) { return std::string(version); }
std::string major_number(std::string_view version, const model::Component&) { return std::string(version.substr(0, version.find('.'))); }
std::string none(std::string_view, const model::Component&) { return {}; }
std::string leap(std::string_view version, const model::Component&) { return "Leap " + std::string(version); }
std::string tumbleweed(std::string_view, const model::Component&) { return "Tumbleweed"; }
std::string alt_branch(std::string_view version, const model::Component& c) {
  return version.starts_with('p') ? std::string(version) : "p" + major_number(version, c);
}
// Alpine: 3.19.1 is of branch v3.19; edge calls itself the coming release, 3.23.0_alpha20250612.
std::string alpine_branch(std::string_view version, const model::Component&) {
  if (version == "edge" || version.contains("_alpha")) {
    return "edge";
  }
  version.remove_prefix(version.starts_with('v') ? 1 : 0);
  const size_t dot = version.find('.');
  const size_t end = dot == version.npos ? version.npos : version.find('.', dot + 1);
  return "v" + std::string(version.substr(0, end));
}
// Amazon Linux 1 is numbered by its year and month: 2018.03.
std::string amazon(std::string_view version, const model::Component& c) {
  return version.starts_with("201") ? "1" : major_number(version, c);
}
// OSV's names: "22.04:LTS", "23.10", and "Pro:22.04:LTS" for builds of the extended pocket (~esm1), which have records of their own.
std::string ubuntu(std::string_view version, const model::Component& c) {
  const bool lts = version.size() == 5 && version.ends_with(".04") && (version[1] - '0') % 2 == 0;
  const bool esm = c.version.contains("esm") || c.source_version.contains("esm");
  return (esm ? "Pro:" : "") + std::string(version) + (lts ? ":LTS" : "");
}
// openEuler's VERSION_ID lacks the service pack, which every build carries: "-3.oe2203sp3" is of 22.03-LTS-SP3.
std::string open_euler(std::string_view version, const model::Component& c) {
  const size_t at = c.version.rfind(".oe");
  const std::string_view tag = at == std::string::npos ? std::string_view() : std::string_view(c.version).substr(at + 3);
  const bool numbered = tag.size() >= 4 && tag.substr(0, 4).find_first_not_of("0123456789") == tag.npos;
  if (!numbered) {
    return std::string(version);
  }
  const bool lts = tag.substr(2, 2) == "03";
  std::string out = std::string(tag.substr(0, 2)) + "." + std::string(tag.substr(2, 2)) + (lts && tag.substr(0, 4) != "2103" ? "-LTS" : "");
  const std::string_view pack = tag.substr(4);
  return pack.starts_with("sp") ? out + "-SP" + std::string(pack.substr(2)) : out;
}

// Which of a component's names its distribution's advisories use.
enum class Naming { source, binary, both };

// os-release IDs (and the namespaces of purls where they differ), and the ecosystems that records are kept under
// (data/advisory/distributions.tsv).
struct Distribution {
  const char* id;
  const char* ecosystem;
  std::string (*release)(std::string_view version, const model::Component& c);
  Naming naming;
  bool epochs = true;  // false: its advisories leave epochs out, so that a component's is not compared
};
constexpr std::array<Distribution, 33> kDistributions = {{{"almalinux", "AlmaLinux", major_number, Naming::binary},
                                                          {"alpine", "Alpine", alpine_branch, Naming::source},
                                                          {"altlinux", "ALT Linux", alt_branch, Naming::binary},
                                                          {"amazon", "Amazon Linux", amazon, Naming::binary},
                                                          {"amzn", "Amazon Linux", amazon, Naming::binary},
                                                          {"anolis", "Anolis OS", major_number, Naming::binary},
                                                          {"arch", "Arch Linux", none, Naming::binary},
                                                          {"azurelinux", "Azure Linux", major_number, Naming::both},
                                                          {"bottlerocket", "Bottlerocket", none, Naming::binary},
                                                          {"chainguard", "Chainguard", none, Naming::source},
                                                          {"debian", "Debian", major_number, Naming::source},
                                                          {"fedora", "Fedora", major_number, Naming::both},
                                                          {"gentoo", "Gentoo", none, Naming::binary},
                                                          {"mariner", "Azure Linux", major_number, Naming::both},
                                                          {"ol", "Oracle Linux", major_number, Naming::binary},
                                                          {"openEuler", "openEuler", open_euler, Naming::both, false},
                                                          {"openeuler", "openEuler", open_euler, Naming::both, false},
                                                          {"opensuse-leap", "openSUSE", leap, Naming::binary},
                                                          {"opensuse-tumbleweed", "openSUSE", tumbleweed, Naming::binary},
                                                          {"oracle", "Oracle Linux", major_number, Naming::binary},
                                                          {"photon", "Photon OS", major_number, Naming::both},
                                                          {"redhat", "Red Hat", major_number, Naming::both},
                                                          {"rhel", "Red Hat", major_number, Naming::both},
                                                          {"rocky", "Rocky Linux", major_number, Naming::binary},
                                                          {"sl-micro", "SUSE Micro", whole, Naming::binary},
                                                          {"sle-micro", "SUSE Micro", whole, Naming::binary},
                                                          {"sle_hpc", "SUSE", whole, Naming::binary},
                                                          {"sled", "SUSE", whole, Naming::binary},
                                                          {"sles", "SUSE", whole, Naming::binary},
                                                          {"sles_sap", "SUSE", whole, Naming::binary},
                                                          {"suse", "SUSE", whole, Naming::binary},
                                                          {"ubuntu", "Ubuntu", ubuntu, Naming::source},
                                                          {"wolfi", "Wolfi", none, Naming::source}}};

// A build that records keep apart from others of its name: Oracle's ksplice and FIPS builds, by their version
// (advisory/internal/errata.h writes the same names).
std::string variant_of(const model::Component& c) {
  if (c.version.contains(".ksplice")) {
    return "ksplice";
  }
  if (c.version.ends_with("_fips")) {
    return "fips";
  }
  return {};
}

// The stream of a module's build: "nodejs:18" of the qualifiers rpmmod=nodejs:18 or modularitylabel=nodejs:18:8080…:63b3….
std::string module_of(const model::Component& c) {
  if (c.type != "rpm") {
    return {};
  }
  const auto purl = model::parse_purl(c.purl);
  if (!purl) {
    return {};
  }
  std::string_view label = purl->qualifier("rpmmod");
  label = label.empty() ? purl->qualifier("modularitylabel") : label;
  const auto parts = base::split(label, ':');  // name:stream:version:context
  return parts.size() >= 2 && !parts[0].empty() ? std::string(parts[0]) + ":" + std::string(parts[1]) : std::string();
}

// dpkg lets a rebuild without source changes count as +bN; advisories speak of the source's version.
std::string without_rebuild(const std::string& version) {
  const size_t plus = version.rfind("+b");
  if (plus == std::string::npos || plus + 2 == version.size() || version.find_first_not_of("0123456789", plus + 2) != std::string::npos) {
    return version;
  }
  return version.substr(0, plus);
}

// Bitnami counts its builds behind the upstream version, "8.0.36-11" or "8.0.36-r11": no pre-release, as semver would have it.
std::string without_bitnami_revision(const std::string& version) {
  const size_t dash = version.rfind('-');
  if (dash == std::string::npos) {
    return version;
  }
  std::string_view revision = std::string_view(version).substr(dash + 1);
  revision.remove_prefix(revision.starts_with('r') ? 1 : 0);
  const bool number = !revision.empty() && revision.find_first_not_of("0123456789") == revision.npos;
  return number ? version.substr(0, dash) : version;
}

std::optional<Lookup> distribution_lookup(const model::Component& c) {
  const auto [id, release] = base::split_once(c.distro, ':');
  for (const Distribution& d : kDistributions) {
    if (id == d.id) {
      const std::string number = d.release(release.value_or(""), c);
      Lookup out;
      out.ecosystem = std::string(d.ecosystem) + (number.empty() ? "" : ":" + number);
      const std::string& source = c.source_name.empty() ? c.name : c.source_name;
      out.module = module_of(c);
      std::string variant = variant_of(c);
      variant = variant.empty() ? out.module : variant;
      const auto named = [&](const std::string& name) { return variant.empty() ? name : variant + "/" + name; };
      out.package = named(d.naming == Naming::source ? source : c.name);
      if (d.naming == Naming::both && source != c.name) {
        out.also.push_back(named(source));
      }
      // Ubuntu's notices in OVAL name binaries, by the binary's own version.
      if (std::string_view(d.ecosystem) == "Ubuntu" && (c.source_version.empty() || c.source_version == c.version)) {
        out.also.push_back("binary/" + c.name);
      }
      if (!out.module.empty()) {  // some sources name the stream in the package, some in the note
        out.also.push_back(d.naming == Naming::source ? source : c.name);
        if (d.naming == Naming::both && source != c.name) {
          out.also.push_back(source);
        }
      }
      // A source rpm's name has no epoch, and its binaries share its version.
      out.version = d.naming == Naming::source && !c.source_version.empty() ? c.source_version
                    : c.type == "deb"                                       ? without_rebuild(c.version)
                                                                            : c.version;
      if (!d.epochs) {
        out.version.erase(0, out.version.find(':') + 1);
      }
      out.scheme = model::scheme_for_purl_type(c.type);
      out.distribution = true;
      return out;
    }
  }
  if (c.distro.empty() && c.type != "deb" && c.type != "rpm" && c.type != "apk") {
    return std::nullopt;
  }
  // A distribution that no source covers: looked up under its own name, so that it is told as unknown.
  Lookup out;
  out.ecosystem = c.distro.empty() ? c.type + " packages of an unknown distribution" : c.distro;
  out.package = c.source_name.empty() ? c.name : c.source_name;
  out.version = c.source_version.empty() ? c.version : c.source_version;
  out.scheme = model::scheme_for_purl_type(c.type);
  out.distribution = true;
  return out;
}

// Where Red Hat keeps the fixes of a minor release's extended support: a build for el9_2 is judged by them
// (data/advisory/distributions.tsv).
std::vector<std::string> extended_streams(std::string_view ecosystem, std::string_view version) {
  std::vector<std::string> out;
  const auto [name, release] = base::split_once(ecosystem, ':');
  const auto [major, minor] = base::split_once(minor_stream(version), '_');
  if (name != "Red Hat" || !minor || !release || "el" + std::string(*release) != major) {
    return out;
  }
  for (const char* kind : {"rhel_eus", "rhel_e4s", "rhel_aus", "rhel_tus", "enterprise_linux_eus"}) {
    out.push_back("Red Hat:" + std::string(kind) + ":" + std::string(*release) + "." + std::string(*minor));
  }
  return out;
}

}  // namespace

base::Result<std::vector<advisory::PackageRecord>> records_of(const Lookup& lookup, std::string_view ecosystem,
                                                              const advisory::Database& database) {
  BULKHEAD_TRY(std::vector<advisory::PackageRecord> records, database.package(ecosystem, lookup.package));
  const auto add = [&](std::string_view of, const std::string& name) -> base::Status {
    BULKHEAD_TRY(std::vector<advisory::PackageRecord> more, database.package(of, name));
    std::move(more.begin(), more.end(), std::back_inserter(records));
    return {};
  };
  for (const std::string& name : lookup.also) {
    BULKHEAD_CHECK(add(ecosystem, name));
  }
  const std::vector<std::string> streams = extended_streams(ecosystem, lookup.version);
  for (const std::string& stream : streams) {
    BULKHEAD_CHECK(add(stream, lookup.package));
    for (const std::string& name : lookup.also) {
      BULKHEAD_CHECK(add(stream, name));
    }
  }
  if (lookup.scheme != nullptr && std::string_view(lookup.scheme->name) == "rpm") {
    keep_own_builds(records, lookup.version, lookup.module);
  }
  if (!lookup.also.empty() || !streams.empty()) {
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.flaw < b.flaw; });
  }
  return records;
}

std::optional<Lookup> lookup_of(const model::Component& c) {
  if (c.type == "deb" || c.type == "rpm" || c.type == "apk" || c.type == "alpm") {
    return distribution_lookup(c);
  }
  if (c.type == "generic") {
    const std::optional<GenericProgram> program = generic_program(c.name);
    if (!program || c.role == model::ComponentRole::kernel) {
      return std::nullopt;
    }
    Lookup out;
    out.ecosystem = program->ecosystem;
    out.package = program->package;
    out.version = c.version.starts_with('v') ? c.version.substr(1) : c.version;
    out.scheme = model::scheme(program->scheme);
    return out;
  }
  for (const Language& language : kLanguages) {
    if (c.type == language.purl_type) {
      Lookup out;
      out.ecosystem = language.ecosystem;
      out.package = advisory::package_name(out.ecosystem, c.name);
      out.version = c.type == "bitnami" ? without_bitnami_revision(c.version) : c.version;
      // Bitnami's records count in semantic versions (bitnami/vulndb, README).
      out.scheme = c.type == "bitnami"                                        ? model::scheme("semver")
                   : c.type == "golang" && is_kubernetes_staging(out.package) ? &staging_scheme()
                                                                              : model::scheme_for_purl_type(c.type);
      return out;
    }
  }
  return std::nullopt;
}

Verdict judge_build(const advisory::PackageRecord& record, const Lookup& lookup, std::span<const advisory::PackageRecord> of_flaw,
                    Words words) {
  Verdict verdict = judge(record, lookup.scheme, lookup.version, words);
  // A pseudo-version of an untagged commit has a date, no number of the project: that it is "below the first affected" says nothing.
  if (verdict.affected == model::Tri::no && lookup.ecosystem == "Go" && record.note.starts_with("versions of the project") &&
      lookup.version.starts_with("v0.0.0-") && !record.ranges.contains(" 0.0.0-") && !record.ranges.starts_with("introduced 0\n")) {
    verdict.affected = model::Tri::unknown;
    verdict.comparison += "; a pseudo-version does not tell the project's version";
  }
  if (verdict.affected == model::Tri::yes && lookup.module.empty() && is_modular(lookup.version) && several_streams(of_flaw)) {
    verdict.affected = model::Tri::unknown;
    verdict.comparison += "; which stream of the module it is, nobody tells";
  }
  return verdict;
}

}  // namespace bulkhead::match
