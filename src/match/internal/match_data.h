// Tables of data/match, read once.
#pragma once

#include <string_view>

namespace bulkhead::match {

// A program whose flaws are not its importers': modules of Kubernetes and the runtimes (data/match/program_modules.tsv).
bool is_program_module(std::string_view module);

// A module of Kubernetes' own tree, whose v0.X.Y is Kubernetes 1.X.Y (data/match/kubernetes_staging.tsv).
bool is_kubernetes_staging(std::string_view module);

// A source package that is the Linux kernel (data/match/kernel_sources.tsv). `type`: deb, rpm, apk.
bool is_kernel_source(std::string_view type, std::string_view source);

}  // namespace bulkhead::match
