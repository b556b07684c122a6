// What sources of distributions share: an erratum that mends several flaws becomes a record per flaw, so that each flaw is judged
// by itself; the erratum's own name stays in the note of every package.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/source.h"

namespace bulkhead::advisory {

struct ErratumFlaw {
  std::string name;               // "CVE-…", "BDU:…"
  std::vector<std::string> cvss;  // vectors
  std::string severity;           // word; empty: the erratum's
};

struct Erratum {
  std::string id;                   // "RHSA-2022:4765"; must be an advisory_name
  std::string published, modified;  // as checked_date gives them
  std::string summary;
  std::string severity;            // word, as severity_word gives it
  std::vector<ErratumFlaw> flaws;  // none: `unnamed` decides
  std::vector<Affected> affected;  // their notes hold what is to be said beside the erratum's id
  bool unnamed = false;            // a security erratum without flaw names is a record under its own name; others are dropped
};
base::Status add_erratum(const Erratum& erratum, Sink& sink);

// "introduced 0", "fixed V".
std::string fixed_range(std::string_view version);
// One line of visible characters, not over the limit of version schemes.
bool usable_version(std::string_view version);
bool usable_package(std::string_view name);

// The note of a package that belongs to a module's stream: "module nodejs:18" (match/internal/rpm_builds.h reads it). Empty for none.
std::string module_note(std::string_view module);

// A build of a package that other builds of its name are not compared with: Oracle's ksplice and FIPS builds.
// ("ksplice", "glibc") → "ksplice/glibc"; an empty variant gives the name. '/' stands in no package name of a distribution.
std::string variant_name(std::string_view variant, std::string_view package);
// The variant that a version's own text tells: "ksplice" of "2:2.34-60.0.3.ksplice1.el9_2", "fips" of "10:3.6.16-4.0.1.el8_fips".
std::string_view version_variant(std::string_view version);

// "2:1.2-3.el9": epoch as the publisher has it. A sub-package's tail that a publisher let slip in front of the version
// ("bind-chroot" with "32:chroot-9.18.34-1.an23") is cut off; nullopt for what is no version with one release.
std::optional<std::string> checked_evr(std::string_view package, std::string_view evr);
// Epoch, version, release → "epoch:version-release", without an epoch that is 0 or empty.
std::string evr_of(std::string_view epoch, std::string_view version, std::string_view release);

struct Nevra {
  std::string name, evr, arch;
};
// "bind-libs-32:9.11.4-26.el7.x86_64.rpm", "delve-0:1.25.2-1.el10_1.src.rpm", "firefox-128.8.0-1.oe2203sp3.aarch64.rpm".
// `with_arch` false: "compat-openssl098-0.9.8j-106.12.1".
std::optional<Nevra> nevra_of(std::string_view text, bool with_arch);

// Vector of "7.0/CVSS:3.1/AV:L/…" and "7.8/AV:N/AC:L/Au:N/…"; of a bare vector itself. Empty for what is none.
std::string vector_of(std::string_view text);
// The day of "2018-01-11 21:05", "2024-10-10T00:44:14", "20240417"; RFC 3339 as it is; empty for what is no date.
std::string date_of(std::string_view text);
// Names of flaws in running text, each once, in order: CVE ids only.
std::vector<std::string> flaws_in(std::string_view text);

}  // namespace bulkhead::advisory
