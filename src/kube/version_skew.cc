#include "kube/version_skew.h"

#include <optional>

#include "base/text.h"
#include "model/kubernetes_version.h"

namespace bulkhead::kube {
namespace {

constexpr int64_t kThreeOlderFrom = 28;  // minor version of the API server from which kubelets may be three older

std::optional<int64_t> minor_of(const std::string& version) {
  const auto parsed = model::parse_kubernetes_version(version);
  if (!parsed || parsed->major != "1") {
    return std::nullopt;
  }
  const auto minor = base::parse_u64(parsed->minor);
  return minor && *minor < 1000 ? std::optional(static_cast<int64_t>(*minor)) : std::nullopt;
}

// How many minor versions older than the API server a program may be; nullopt: the policy does not speak of it.
std::optional<int64_t> allowed(const std::string& program, int64_t server) {
  if (program == "kubelet" || program == "kube-proxy") {
    return server >= kThreeOlderFrom ? 3 : 2;
  }
  if (program == "kube-controller-manager" || program == "kube-scheduler") {
    return 1;
  }
  return std::nullopt;
}

std::string where(const model::ClusterComponent& component) {
  if (component.places.empty()) {
    return {};
  }
  const size_t more = component.places.size() - 1;
  return " on " + component.places.front() + (more > 0 ? " and " + base::with_thousands(more) + " more" : "");
}

std::string versions(int64_t count) { return std::to_string(count) + (count == 1 ? " minor version" : " minor versions"); }

}  // namespace

std::vector<std::string> version_skew(const std::vector<model::ClusterComponent>& components) {
  std::optional<int64_t> oldest, newest;
  std::string oldest_version, newest_version;
  for (const model::ClusterComponent& one : components) {
    const auto minor = one.program == "kube-apiserver" ? minor_of(one.version) : std::nullopt;
    if (minor && (!oldest || *minor < *oldest)) {
      oldest = minor;
      oldest_version = one.version;
    }
    if (minor && (!newest || *minor > *newest)) {
      newest = minor;
      newest_version = one.version;
    }
  }
  std::vector<std::string> out;
  if (!oldest) {
    return out;
  }
  if (*newest - *oldest > 1) {
    out.push_back("API servers " + oldest_version + " and " + newest_version + " are " + versions(*newest - *oldest) +
                  " apart; the version skew policy allows 1");
  }
  for (const model::ClusterComponent& one : components) {
    const auto minor = minor_of(one.version);
    const auto older = minor ? allowed(one.program, *newest) : std::nullopt;
    if (!older) {
      continue;
    }
    const std::string name = one.name + " " + one.version + where(one);
    // With several API servers it must suit the oldest (never newer) and the newest (not too old).
    if (*minor > *oldest) {
      out.push_back(name + " is newer than the API server " + oldest_version + "; the version skew policy forbids it");
    } else if (*newest - *minor > *older) {
      out.push_back(name + " is " + versions(*newest - *minor) + " older than the API server " + newest_version +
                    "; the version skew policy allows " + std::to_string(*older));
    }
  }
  return out;
}

}  // namespace bulkhead::kube
