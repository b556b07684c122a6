#include <array>

#include "advisory/names.h"
#include "base/text.h"
#include "match/internal/kubernetes_numbers.h"
#include "match/internal/lookup.h"
#include "match/internal/match_data.h"

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

// os-release IDs and the OSV schema's names of their ecosystems; major: advisories are per major release.
struct Distribution {
  const char* id;
  const char* ecosystem;
  bool major;
};
constexpr std::array<Distribution, 3> kDistributions = {
    {{"almalinux", "AlmaLinux", true}, {"debian", "Debian", true}, {"rocky", "Rocky Linux", true}}};

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
      const std::string_view version = release.value_or("");
      Lookup out;
      out.ecosystem = std::string(d.ecosystem) + ":" + std::string(d.major ? version.substr(0, version.find('.')) : version);
      out.package = c.source_name.empty() ? c.name : c.source_name;
      out.version = !c.source_version.empty() ? c.source_version : c.type == "deb" ? without_rebuild(c.version) : c.version;
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

}  // namespace

std::optional<Lookup> lookup_of(const model::Component& c) {
  if (c.type == "deb" || c.type == "rpm" || c.type == "apk") {
    return distribution_lookup(c);
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

}  // namespace bulkhead::match
