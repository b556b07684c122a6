#include <map>

#include "advisory/embedded.h"
#include "advisory/internal/ubuntu.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

struct Release {
  std::string version;  // "22.04:LTS"
  bool esm = false;
};

// Columns: version,codename,series,created,release,eol,eol-server,eol-esm,eol-legacy; version is "22.04 LTS" or "25.10".
const std::map<std::string, Release, std::less<>>& releases() {
  static const auto kReleases = [] {
    std::map<std::string, Release, std::less<>> out;
    for (const std::string_view line : base::split(embedded_text("advisory/ubuntu_releases.csv"), '\n')) {
      const auto c = base::split(base::trim(line), ',');
      if (c.size() >= 5 && c[0] != "version") {
        out.emplace(std::string(c[2]), Release{base::replace_all(std::string(c[0]), " ", ":"), c.size() >= 8 && !c[7].empty()});
      }
    }
    return out;
  }();
  return kReleases;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 200 && text.find_first_of(" \n,") == text.npos && text.find_first_of("0123456789") != text.npos;
}

}  // namespace

std::optional<std::string> ubuntu_ecosystem(std::string_view codename, bool pro) {
  const auto at = releases().find(codename);
  return at == releases().end() ? std::nullopt : std::optional((pro ? "Ubuntu:Pro:" : "Ubuntu:") + at->second.version);
}

bool ubuntu_has_esm(std::string_view codename) {
  const auto at = releases().find(codename);
  return at != releases().end() && at->second.esm;
}

bool ubuntu_status(std::string_view status, std::string_view detail, Affected& out) {
  const std::string words = short_summary(detail).substr(0, 120);
  out.ranges = "introduced 0";
  if (status == "released") {
    if (!is_version(detail)) {
      return false;
    }
    out.ranges += "\nfixed " + std::string(detail);
    return true;
  }
  if (status == "not-affected") {
    out.ranges.clear();
    out.state = AffectedState::not_affected;
  } else if (status == "needed" || status == "active") {
    out.state = AffectedState::no_fix;
  } else if (status == "pending" || status == "deferred") {
    out.state = AffectedState::deferred;
  } else if (status == "needs-triage" || status == "in-triage") {
    out.state = AffectedState::under_investigation;
  } else if (status == "ignored") {
    out.state = AffectedState::will_not_fix;
  } else {
    return false;
  }
  out.note = words.empty() ? std::string(status) : std::string(status) + ": " + words;
  return true;
}

}  // namespace bulkhead::advisory
