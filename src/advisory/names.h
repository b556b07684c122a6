// One spelling for ecosystems and package names, used when records are imported and when components are looked up.
//
// Sources: OSV schema ("Defined Ecosystems"), PEP 503 (PyPI names), NuGet and Packagist (names without case), the Kubernetes
// feed's own spellings ("k8s.io/apiserver", "apiserver", "kube-apiserver" are one program).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::advisory {

inline constexpr const char* kKubernetes = "Kubernetes";  // programs of Kubernetes and its add-ons, not modules
inline constexpr const char* kLinux = "Linux";            // package "kernel": upstream's streams
inline constexpr const char* kRuntime = "Runtime";        // container runtimes on nodes, by program name

// "kubernetes" → "Kubernetes", "debian:12" → "Debian:12"; others as they are.
std::string ecosystem_name(std::string_view ecosystem);
// "Debian:12" → "Debian".
std::string_view ecosystem_base(std::string_view ecosystem);
// Red Hat's products as OSV names them, by their CPE: "cpe:/a:redhat:enterprise_linux:9::appstream" and every other repository of
// the same release → "Red Hat:9"; "cpe:/a:redhat:rhel_eus:9.2::baseos" → "Red Hat:rhel_eus:9.2"; others keep their whole CPE after
// the vendor: "Red Hat:openshift:4.15::el9". Empty for another vendor's CPE.
std::string red_hat_ecosystem(std::string_view cpe);
std::string package_name(std::string_view ecosystem, std::string_view package);
// "k8s.io/apiserver" → "kube-apiserver".
std::string kubernetes_program(std::string_view name);

// Debian's code names from data/advisory/debian_releases.csv: "bookworm" → "12"; nullopt for what is no release ("sid").
std::optional<std::string> debian_release(std::string_view codename);

}  // namespace bulkhead::advisory
