// Kernels, container runtimes and Kubernetes programs: what a node and an API server say of themselves, against advisories.
#include <array>

#include "advisory/names.h"
#include "match/internal/node_parts.h"
#include "match/internal/unreadable.h"
#include "match/matcher.h"
#include "model/kernel_release.h"
#include "model/kubernetes_version.h"
#include "model/purl.h"

namespace bulkhead::match {
namespace {

using model::CoverageNote;
using model::FindingStatus;
using model::Tri;

std::string purl_of(std::string_view name, std::string_view version) {
  auto purl = model::make_purl({"generic", "", std::string(name), std::string(version), {}, ""});
  return purl ? model::to_text(*purl) : "pkg:generic/" + std::string(name);
}

std::string named(std::string_view name, std::string_view version) {
  return std::string(name) + (version.empty() ? "" : " " + std::string(version));
}

// The beginning of a runtime's version that its scheme can read: "1.7.12-0ubuntu1" is "1.7.12", made by a distribution.
std::string_view release_part(std::string_view version) {
  size_t end = version.find_first_not_of("0123456789.");
  for (const std::string_view stage : {"-rc", "-beta", "-alpha"}) {
    if (end != version.npos && version.substr(end).starts_with(stage)) {
      end = version.find_first_not_of("0123456789.", end + stage.size());
    }
  }
  return version.substr(0, end);
}

std::vector<model::Finding> match_parts(std::span<const NodePart> parts, const advisory::Database& database,
                                        std::vector<CoverageNote>* coverage) {
  std::vector<model::Finding> out;
  for (const NodePart& part : parts) {
    if (coverage != nullptr && part.unsure) {
      coverage->push_back({CoverageNote::State::skipped, part.subject.component, part.why_unsure});
    }
    if (const base::Status status = match_part(part, database, out); !status) {
      if (coverage != nullptr) {
        coverage->push_back({CoverageNote::State::error, "advisory database", status.error().text()});
      }
      sort_findings(out);
      out.push_back(unreadable_finding(part.subject.purl, status.error()));
      return out;
    }
  }
  sort_findings(out);
  return out;
}

}  // namespace

NodePart kernel_part(std::string_view release) {
  NodePart part;
  part.kernel = true;
  part.subject = {purl_of("linux", release), named("Linux", release), advisory::kLinux, "kernel", std::string(release), "linux"};
  const auto parsed = model::parse_kernel_release(release);
  if (!parsed) {
    part.unsure = true;
    part.why_unsure = "the kernel's release cannot be read";
    return part;
  }
  const model::KernelBuilder builder = model::kernel_builder(*parsed);
  if (builder.build != model::KernelBuild::upstream) {
    part.unsure = true;
    part.why_unsure = builder.build == model::KernelBuild::backporting
                          ? "a kernel of " + std::string(builder.distribution) + ": its builders carry fixes that its number does not show"
                          : "a kernel of unknown build: its number need not tell its fixes";
  }
  return part;
}

std::vector<NodePart> runtime_parts(std::string_view runtime_version) {
  const size_t at = runtime_version.find("://");
  if (at == runtime_version.npos) {
    return {};
  }
  const std::string_view name = runtime_version.substr(0, at);
  std::string_view version = runtime_version.substr(at + 3);
  version.remove_prefix(version.starts_with('v') ? 1 : 0);
  const std::string_view release = release_part(version);
  NodePart runtime;
  runtime.subject = {purl_of(name, version), named(name, version), advisory::kRuntime, std::string(name), std::string(release), "semver"};
  if (release.size() != version.size()) {
    runtime.unsure = true;
    runtime.why_unsure = "a distribution's build of " + std::string(name) + ": it may carry fixes that its number does not show";
  }
  NodePart runc;
  runc.subject = {purl_of("runc", ""), "runc", advisory::kRuntime, "runc", "", "semver"};
  runc.unsure = true;
  runc.why_unsure = "the API does not name runc's version";
  return {std::move(runtime), std::move(runc)};
}

NodePart kubernetes_part(std::string_view program, std::string_view version) {
  NodePart part;
  part.subject = {purl_of(program, version), named(program, version), advisory::kKubernetes,
                  std::string(program),      std::string(version),    "kubernetes"};
  const auto parsed = model::parse_kubernetes_version(version);
  if (!parsed || parsed->vendor_build()) {
    part.unsure = true;
    part.why_unsure = parsed ? "a vendor's build: it may carry fixes that its number does not show" : "the version cannot be read";
  }
  return part;
}

Verdict judge_part(const NodePart& part, const advisory::PackageRecord& record, Words words) {
  Verdict verdict = part.kernel ? judge_kernel(record, part.subject.version, words)
                                : judge(record, model::scheme(part.subject.scheme), part.subject.version, words);
  if (part.unsure && verdict.affected != Tri::no) {
    verdict.comparison = verdict.affected == Tri::yes ? verdict.comparison + "; " + part.why_unsure : part.why_unsure;
    verdict.affected = Tri::unknown;
  }
  return verdict;
}

base::Status match_part(const NodePart& part, const advisory::Database& database, std::vector<model::Finding>& out) {
  BULKHEAD_TRY(const std::vector<advisory::PackageRecord> records, database.package(part.subject.ecosystem, part.subject.package));
  for (size_t i = 0; i < records.size();) {
    size_t end = i + 1;
    while (end < records.size() && records[end].flaw == records[i].flaw) {
      ++end;
    }
    const FlawJudgement judged =
        judge_flaw(std::span(records).subspan(i, end - i), [&](const advisory::PackageRecord& record) { return judge_part(part, record); });
    i = end;
    if (judged.decider != nullptr && judged.decider->verdict.affected != Tri::no) {
      BULKHEAD_TRY(model::Finding f, finding_of(part.subject, *judged.decider, database));
      out.push_back(std::move(f));
    }
  }
  return {};
}

std::vector<model::Finding> match_node(const model::Node& node, const advisory::Database& database, base::Moment,
                                       std::vector<CoverageNote>* coverage) {
  std::vector<NodePart> parts;
  if (node.operating_system != "windows") {
    parts.push_back(kernel_part(node.kernel_version));
  }
  for (NodePart& part : runtime_parts(node.container_runtime_version)) {
    parts.push_back(std::move(part));
  }
  parts.push_back(kubernetes_part("kubelet", node.kubelet_version));
  if (!node.kube_proxy_version.empty()) {
    parts.push_back(kubernetes_part("kube-proxy", node.kube_proxy_version));
  }
  return match_parts(parts, database, coverage);
}

std::vector<model::Finding> match_control_plane(std::string_view server_version, const advisory::Database& database, base::Moment,
                                                std::vector<CoverageNote>* coverage) {
  // The API tells the API server's version; what runs beside it is, by the version skew policy, at most one minor release older.
  static constexpr std::array kPrograms = {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubernetes"};
  std::vector<NodePart> parts;
  for (const char* program : kPrograms) {
    parts.push_back(kubernetes_part(program, server_version));
  }
  return match_parts(parts, database, coverage);
}

std::vector<model::Finding> match_program(std::string_view program, std::string_view version, bool backports,
                                          const advisory::Database& database, std::vector<CoverageNote>* coverage) {
  NodePart part = kubernetes_part(program, version);
  if (backports && !part.unsure) {
    part.unsure = true;
    part.why_unsure = "a vendor's build: it may carry fixes that its number does not show";
  }
  return match_parts({&part, 1}, database, coverage);
}

}  // namespace bulkhead::match
