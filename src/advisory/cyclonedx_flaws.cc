#include <algorithm>
#include <array>

#include "advisory/internal/cyclonedx_flaws.h"
#include "advisory/names.h"
#include "advisory/vex.h"
#include "base/text.h"
#include "model/purl.h"

namespace bulkhead::advisory {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 8> kEcosystems = {{{"cargo", "crates.io"},
                                                                             {"composer", "Packagist"},
                                                                             {"gem", "RubyGems"},
                                                                             {"golang", "Go"},
                                                                             {"maven", "Maven"},
                                                                             {"npm", "npm"},
                                                                             {"nuget", "NuGet"},
                                                                             {"pypi", "PyPI"}}};

std::string status_of(std::string_view state) {
  return state == "resolved" || state == "resolved_with_pedigree"    ? "fixed"
         : state == "exploitable"                                    ? "affected"
         : state == "in_triage"                                      ? "under_investigation"
         : state == "false_positive" || state == "not_affected"      ? "not_affected"
                                                                     : "";
}

// Only where CycloneDX' word means one of OpenVEX's.
std::string justification_of(std::string_view word) {
  if (word == "code_not_present") return "vulnerable_code_not_present";
  if (word == "code_not_reachable") return "vulnerable_code_not_in_execute_path";
  return word.starts_with("protected_") ? "inline_mitigations_already_exist" : "";
}

// The purl or CPE that a ref stands for: a component of the document, or the ref itself, also as a BOM link's fragment.
std::string identifier_of(const CycloneDocument& cyclone, const std::string& ref) {
  if (const auto at = cyclone.identifiers.find(ref); at != cyclone.identifiers.end()) {
    return at->second;
  }
  std::string text = ref.starts_with("urn:cdx:") && ref.contains('#') ? base::percent_decode(ref.substr(ref.find('#') + 1)) : ref;
  return text.starts_with("pkg:") || text.starts_with("cpe:") ? text : std::string();
}

// The package of a purl in the names of the database; nullopt where no ecosystem is known for its type.
std::optional<Affected> package_of(const std::string& identifier) {
  const auto purl = identifier.starts_with("pkg:") ? model::parse_purl(identifier) : base::fail(base::ErrorKind::input, "no purl");
  if (!purl) {
    return std::nullopt;
  }
  for (const auto& [type, ecosystem] : kEcosystems) {
    if (purl->type == type) {
      return Affected{ecosystem, package_name(ecosystem, purl->full_name()), {}, {}};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string cyclone_vector(const std::string& method, const std::string& vector) {
  if (vector.empty() || vector.size() > 300 || vector.starts_with("CVSS:")) {
    return vector.size() > 300 ? std::string() : vector;
  }
  const char* prefix = method == "CVSSv4" ? "CVSS:4.0/" : method == "CVSSv31" ? "CVSS:3.1/" : method == "CVSSv3" ? "CVSS:3.0/" : nullptr;
  return prefix != nullptr ? prefix + vector : method == "CVSSv2" ? vector : std::string();
}

std::optional<std::string> vers_lines(std::string_view text) {
  const size_t slash = text.find('/');
  if (!text.starts_with("vers:") || slash == text.npos || text.size() > 8192 || text.contains('\n')) {
    return std::nullopt;
  }
  std::string out;
  bool open = false;
  for (const std::string_view raw : base::split(text.substr(slash + 1), '|')) {
    const std::string part = base::percent_decode(base::trim(raw));
    const size_t sign = part.find_first_not_of("<>=!");
    if (sign == std::string::npos && part != "*") {
      return std::nullopt;
    }
    const std::string op = part.substr(0, part == "*" ? 0 : sign), version = part.substr(op.size());
    if (version.empty() || version.contains('\n')) {
      return std::nullopt;
    }
    if (version == "*") {
      out += "introduced 0\n";
      open = true;
    } else if (op == ">=" || op == ">") {  // "after V" has no event of its own: V counts as affected
      out += "introduced " + version + "\n";
      open = true;
    } else if (op == "<" || op == "<=") {
      out += (open ? "" : "introduced 0\n") + std::string(op == "<" ? "fixed " : "last_affected ") + version + "\n";
      open = false;
    } else if (op == "=" || op.empty()) {
      out += "introduced " + version + "\nlast_affected " + version + "\n";
      open = false;
    } else {
      return std::nullopt;
    }
  }
  if (!out.empty()) {
    out.pop_back();
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

base::Status give_cyclone(const CycloneDocument& cyclone, const Document& document, Sink& sink) {
  size_t index = 0;
  for (const CycloneFlaw& flaw : cyclone.flaws) {
    const std::string place = "vulnerabilities[" + std::to_string(index++) + "]";
    Advisory a;
    a.id = advisory_name(flaw.id);
    if (a.id.empty()) {
      BULKHEAD_CHECK(sink.skip(document, place, "has no id"));
      continue;
    }
    a.published = checked_date(flaw.published);
    a.modified = checked_date(flaw.updated);
    a.summary = short_summary(flaw.summary);
    a.cvss = flaw.vectors;
    a.severity = severity_word(flaw.severity);
    VexStatement s{{a.id}, {}, {}, status_of(flaw.state), justification_of(flaw.justification), short_summary(flaw.detail),
                   cyclone.id, cyclone.author, cyclone.date};
    size_t nameless = 0;
    for (const CycloneTarget& target : flaw.targets) {
      const std::string identifier = identifier_of(cyclone, target.ref);
      nameless += identifier.empty() ? 1 : 0;
      if (!identifier.empty() && !s.status.empty() && identifier.size() < 2000 && !identifier.contains('\n')) {
        s.products.push_back(identifier);
      }
      auto x = package_of(identifier);
      // A statement "not affected" with a list of versions is no record of affected ones.
      if (!x || s.status == "not_affected" || s.status == "fixed") {
        continue;
      }
      bool good = true;
      for (const std::string& range : target.ranges) {
        const auto lines = vers_lines(range);
        good = good && lines;
        x->ranges += (x->ranges.empty() ? "" : "\n\n") + lines.value_or("");
      }
      x->versions = target.versions;
      std::erase_if(x->versions, [](const std::string& v) { return v.empty() || v.size() > 512 || v.contains('\n'); });
      if (!good) {
        BULKHEAD_CHECK(sink.skip(document, place, "a range cannot be read"));
      } else if (!x->ranges.empty() || !x->versions.empty()) {
        a.affected.push_back(*std::move(x));
      }
    }
    if (nameless > 0) {
      BULKHEAD_CHECK(sink.skip(document, place, std::to_string(nameless) + " targets are named by neither purl nor CPE"));
    }
    BULKHEAD_CHECK(sink.add(a));
    if (!s.products.empty()) {
      BULKHEAD_CHECK(sink.add(s));
    }
  }
  return sink.date(cyclone.date);
}

}  // namespace bulkhead::advisory
