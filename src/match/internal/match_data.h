// Tables of data/match, read once.
#pragma once

#include <optional>
#include <string_view>

namespace bulkhead::match {

// A program whose flaws are not its importers': modules of Kubernetes and the runtimes (data/match/program_modules.tsv).
bool is_program_module(std::string_view module);

// A module of Kubernetes' own tree, whose v0.X.Y is Kubernetes 1.X.Y (data/match/kubernetes_staging.tsv).
bool is_kubernetes_staging(std::string_view module);

// What advisories call a program that is told by its bare name (pkg:generic/node), and the order of its versions
// (data/match/generic_programs.tsv).
struct GenericProgram {
  std::string_view ecosystem, package, scheme;
};
std::optional<GenericProgram> generic_program(std::string_view name);

// A source package that is the Linux kernel (data/match/kernel_sources.tsv). `type`: deb, rpm, apk.
bool is_kernel_source(std::string_view type, std::string_view source);

}  // namespace bulkhead::match
