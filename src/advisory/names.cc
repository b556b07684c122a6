#include "advisory/names.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "advisory/embedded.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

// Release numbers by code name. Columns: version,codename,series,created,release,eol,…
const std::map<std::string, std::string, std::less<>>& debian_releases() {
  static const auto kReleases = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const std::string_view line : base::split(embedded_text("advisory/debian_releases.csv"), '\n')) {
      const auto columns = base::split(line, ',');
      if (columns.size() >= 3 && base::parse_u64(columns[0])) {
        out.emplace(columns[2], columns[0]);
      }
    }
    return out;
  }();
  return kReleases;
}

}  // namespace

std::string ecosystem_name(std::string_view ecosystem) {
  const std::string_view base = ecosystem_base(ecosystem);
  for (const char* known : {kKubernetes, kLinux, "Debian", "Ubuntu", "Alpine", "AlmaLinux", "Bitnami", "PyPI", "Maven", "npm", "Go"}) {
    if (base::iequals_ascii(base, known)) {
      return std::string(known) + std::string(ecosystem.substr(base.size()));
    }
  }
  return std::string(ecosystem);
}

std::string_view ecosystem_base(std::string_view ecosystem) { return ecosystem.substr(0, ecosystem.find(':')); }

std::string kubernetes_program(std::string_view name) {
  for (const std::string_view prefix : {"k8s.io/kubernetes/cmd/", "k8s.io/", "sigs.k8s.io/"}) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOther = {
      {{"apiserver", "kube-apiserver"},
       {"controller-manager", "kube-controller-manager"},
       {"scheduler", "kube-scheduler"},
       {"proxy", "kube-proxy"},
       {"kubeproxy", "kube-proxy"}}};
  for (const auto& [other, program] : kOther) {
    if (name == other) {
      return std::string(program);
    }
  }
  return std::string(name);
}

std::string red_hat_ecosystem(std::string_view cpe) {
  for (const std::string_view prefix : {"cpe:/a:redhat:", "cpe:/o:redhat:"}) {
    if (!cpe.starts_with(prefix)) {
      continue;
    }
    cpe.remove_prefix(prefix.size());
    const auto parts = base::split(cpe, ':');
    if (parts.size() < 2 || parts[1].empty()) {
      return "Red Hat:" + std::string(cpe);
    }
    if (parts[0] == "enterprise_linux") {
      return "Red Hat:" + std::string(parts[1].substr(0, parts[1].find('.')));
    }
    return parts[0].starts_with("rhel_") ? "Red Hat:" + std::string(parts[0]) + ":" + std::string(parts[1]) : "Red Hat:" + std::string(cpe);
  }
  return {};
}

std::string package_name(std::string_view ecosystem, std::string_view package) {
  if (ecosystem == kKubernetes) {
    return kubernetes_program(package);
  }
  if (ecosystem == "PyPI") {
    std::string out;  // PEP 503: runs of - _ . become one -
    for (const char c : base::lower_ascii(package)) {
      const bool dash = c == '-' || c == '_' || c == '.';
      if (!dash) {
        out += c;
      } else if (out.empty() || out.back() != '-') {
        out += '-';
      }
    }
    return out;
  }
  if (ecosystem == "NuGet" || ecosystem == "Packagist") {
    return base::lower_ascii(package);
  }
  return std::string(package);
}

std::optional<std::string> debian_release(std::string_view codename) {
  const auto found = debian_releases().find(codename);
  return found == debian_releases().end() ? std::nullopt : std::optional(found->second);
}

}  // namespace bulkhead::advisory
