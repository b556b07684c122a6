#include "match/matcher.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "advisory/names.h"
#include "base/text.h"
#include "match/internal/component_matcher.h"
#include "match/internal/finding_of.h"
#include "match/internal/lookup.h"
#include "match/internal/match_data.h"
#include "match/internal/node_parts.h"
#include "match/internal/package_support.h"
#include "match/internal/release.h"
#include "match/internal/support.h"
#include "match/internal/unreadable.h"
#include "model/version.h"

namespace bulkhead::match {
namespace {

using model::ComponentRole;
using model::CoverageNote;
using model::FindingStatus;
using model::Tri;

std::string life_cycle_product(std::string_view ecosystem) {
  std::string base = base::lower_ascii(advisory::ecosystem_base(ecosystem));
  static constexpr std::array<std::pair<std::string_view, const char*>, 9> kProducts = {{{"alpine", "alpine-linux"},
                                                                                         {"amazon linux", "amazon-linux"},
                                                                                         {"opensuse", "opensuse"},
                                                                                         {"oracle linux", "oracle-linux"},
                                                                                         {"photon os", "vmware-photon"},
                                                                                         {"red hat", "rhel"},
                                                                                         {"rocky linux", "rocky-linux"},
                                                                                         {"suse", "sles"},
                                                                                         {"suse micro", "suse-linux-micro"}}};
  for (const auto& [name, product] : kProducts) {
    if (base == name) {
      return product;
    }
  }
  return base;
}

// "v3.19" → "3.19", "Leap 15.6" → "15.6", "22.04:LTS" → "22.04", "edge" → "".
std::string_view release_number(std::string_view name) {
  const size_t at = name.find_first_of("0123456789");
  name = at == name.npos ? std::string_view() : name.substr(at);
  return name.substr(0, name.find_first_not_of("0123456789."));
}

// In order of their numbers; releases without one come last.
double release_rank(std::string_view name) {
  name = release_number(name);
  if (name.empty()) {
    return 1e9;
  }
  double rank = 0, unit = 1;
  for (const std::string_view part : base::split(name, '.')) {
    rank += static_cast<double>(base::parse_u64(part.substr(0, 6)).value_or(0)) * unit;
    unit /= 1000;
  }
  return rank;
}

}  // namespace

base::Result<Release> release_of(const std::string& ecosystem, const advisory::Database& database, base::Moment as_of) {
  Release out{ecosystem, false, false, {}};
  const std::string_view base = advisory::ecosystem_base(ecosystem);
  const std::string_view number = ecosystem.size() > base.size() ? std::string_view(ecosystem).substr(base.size() + 1) : std::string_view();
  BULKHEAD_TRY(const auto support, support_of(life_cycle_product(ecosystem), release_number(number), database, as_of));
  if (support && support->ended) {
    out.ended = true;
    out.note = ecosystem + " is out of support since " + support->ends.substr(0, 10) + ": new flaws are not recorded for it";
  }
  BULKHEAD_TRY(const bool there, database.has_ecosystem(ecosystem));
  if (there) {
    return out;
  }
  out.borrowed = true;
  BULKHEAD_TRY(std::vector<std::string> others, database.releases(base));
  const auto rank = [&](const std::string& name) { return release_rank(std::string_view(name).substr(base.size() + 1)); };
  std::stable_sort(others.begin(), others.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  const double ours = release_rank(number);
  const auto newer = std::find_if(others.begin(), others.end(), [&](const std::string& name) { return rank(name) > ours; });
  if (!others.empty()) {
    out.ecosystem = newer != others.end() ? *newer : others.back();
  }
  out.note = "no advisories for " + ecosystem +
             (others.empty() ? ": its packages are not judged" : ": its packages are compared with " + out.ecosystem + " and stay unknown");
  return out;
}

namespace {

constexpr std::array<std::string_view, 8> kKubernetesPrograms = {
    "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubeadm", "kubectl", "kubelet", "kubernetes"};

// What a package's records say of one version. The binary packages of one source share it.
struct Known {
  std::vector<model::Finding> findings;  // by flaw; without what tells the component: purl, name, paths, layer, role
};

class InventoryMatcher {
 public:
  InventoryMatcher(const advisory::Database& database, base::Moment as_of, size_t components)
      : database_(database), as_of_(as_of), supported_(database, as_of) {
    findings_.reserve(std::min<size_t>(4 * components, 1 << 14));  // a finding is large: moving all of them again and again costs
  }

  base::Status component(const model::Component& c) {
    if (c.role == ComponentRole::kernel) {
      return {};  // an image runs its node's kernel
    }
    const std::optional<Lookup> found = lookup_of(c);
    if (!found) {
      return {};
    }
    const Lookup& lookup = *found;
    if (!lookup.distribution) {
      if (lookup.ecosystem == "Go" && !c.program && is_program_module(lookup.package)) {
        return {};  // only built with a package of that program
      }
      BULKHEAD_TRY(Known known, language(c, lookup));
      for (model::Finding& f : known.findings) {
        add(c, lookup, std::move(f));
      }
      return {};
    }
    BULKHEAD_TRY(const Release* of_all, release_for(lookup.ecosystem));
    BULKHEAD_TRY(const std::optional<PackageSupport> support, supported_.of(lookup.ecosystem, lookup.package));
    Release release = *of_all;
    if (support) {
      release.ended = release.ended || support->ended;
      package_notes_.emplace(lookup.ecosystem + " " + lookup.package, *support);
    }
    std::string key = lookup.ecosystem + '\n' + lookup.package + '\n' + lookup.version + '\n' + base::join(lookup.also, "\n");
    auto at = sources_.find(key);
    if (at == sources_.end()) {
      if (sources_.size() >= kSourcesKept) {
        sources_.clear();
      }
      BULKHEAD_TRY(Known known, look_up(lookup, &release, {}));
      at = sources_.emplace(std::move(key), std::move(known)).first;
    }
    for (const model::Finding& f : at->second.findings) {
      add(c, lookup, model::Finding(f));
    }
    return {};
  }

  // For matching one component at a time (match/rematch.h).
  void forget_sources() { sources_.clear(); }
  std::vector<model::Finding> take_unsorted() { return std::exchange(findings_, {}); }

  std::vector<model::Finding> take() {
    sort_findings(findings_);
    return std::move(findings_);
  }
  void notes(std::vector<CoverageNote>& out) const {
    for (const auto& [ecosystem, release] : releases_) {
      if (!release.note.empty()) {
        out.push_back({CoverageNote::State::skipped, "advisories for " + ecosystem, release.note});
      }
    }
    for (const auto& [package, support] : package_notes_) {
      // Flaws of a package with limited support are recorded: it is judged, and the note is for who reads it.
      out.push_back({support.ended ? CoverageNote::State::skipped : CoverageNote::State::read, "advisories for " + package, support.note});
    }
  }

 private:
  // Enough for the sources of any one image; a fleet's inventory must not keep all its findings twice.
  static constexpr size_t kSourcesKept = 4096;

  base::Result<const Release*> release_for(const std::string& ecosystem) {
    const auto at = releases_.find(ecosystem);
    if (at != releases_.end()) {
      return &at->second;
    }
    BULKHEAD_TRY(Release fresh, release_of(ecosystem, database_, as_of_));
    return &releases_.emplace(ecosystem, std::move(fresh)).first->second;
  }

  base::Result<Known> language(const model::Component& c, const Lookup& lookup) {
    if (lookup.ecosystem == "Go" && c.program &&
        (lookup.package == "k8s.io/kubernetes" || lookup.package == "github.com/kubernetes/kubernetes")) {
      for (const std::string& path : c.paths) {
        const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
        if (std::ranges::find(kKubernetesPrograms, name) != kKubernetesPrograms.end()) {
          return kubernetes_binary(name, lookup);
        }
      }
    }
    return look_up(lookup, nullptr, {});
  }

  // One module makes all of Kubernetes' programs: Kubernetes' own records say which of them has a flaw, and only where those say
  // nothing does the module's record count for each program.
  base::Result<Known> kubernetes_binary(std::string_view program, const Lookup& lookup) {
    if (!kubernetes_flaws_) {
      kubernetes_flaws_.emplace();
      for (const std::string_view each : kKubernetesPrograms) {
        BULKHEAD_TRY(const std::vector<advisory::PackageRecord> records, database_.package(advisory::kKubernetes, each));
        for (const advisory::PackageRecord& r : records) {
          kubernetes_flaws_->insert(r.flaw);
        }
      }
    }
    BULKHEAD_TRY(Known out, look_up(lookup, nullptr, *kubernetes_flaws_));
    for (const std::string_view each : {program, std::string_view("kubernetes")}) {
      std::vector<model::Finding> found;
      BULKHEAD_CHECK(match_part(kubernetes_part(each, lookup.version), database_, found));
      for (model::Finding& f : found) {
        if (std::ranges::none_of(out.findings, [&](const model::Finding& other) { return other.id == f.id; })) {
          out.findings.push_back(std::move(f));
        }
      }
    }
    return out;
  }

  // `release` is null for languages. Flaws of `elsewhere` are judged by other records.
  base::Result<Known> look_up(const Lookup& lookup, const Release* release, const std::set<int64_t>& elsewhere) {
    const std::string& ecosystem = release == nullptr ? lookup.ecosystem : release->ecosystem;
    BULKHEAD_TRY(const std::vector<advisory::PackageRecord> records, records_of(lookup, ecosystem, database_));
    Known out;
    for (size_t i = 0; i < records.size();) {
      size_t end = i + 1;
      while (end < records.size() && records[end].flaw == records[i].flaw) {
        ++end;
      }
      const auto of_flaw = std::span(records).subspan(i, end - i);
      const FlawJudgement judged = judge_flaw(of_flaw, [&](const advisory::PackageRecord& r) { return judge_build(r, lookup, of_flaw); });
      i = end;
      if (judged.decider == nullptr || judged.decider->verdict.affected == Tri::no || elsewhere.contains(judged.decider->record->flaw)) {
        continue;
      }
      const Subject subject{{}, {}, ecosystem, lookup.package, lookup.version, lookup.scheme == nullptr ? "" : lookup.scheme->name};
      BULKHEAD_TRY(model::Finding f, finding_of(subject, *judged.decider, database_));
      if (release != nullptr) {
        judge_by_release(f, *release, lookup);
      }
      out.findings.push_back(std::move(f));
    }
    return out;
  }

  static void judge_by_release(model::Finding& f, const Release& release, const Lookup& lookup) {
    const bool fixed_here = !release.borrowed && !f.fixed_version.empty();
    if (release.ended && !fixed_here) {
      f.status = FindingStatus::end_of_life;
    } else if (release.borrowed) {
      f.status = FindingStatus::unknown;
    }
    if (release.borrowed) {
      f.fixed_version.clear();
      f.reason.comparison += "; no record speaks of " + lookup.ecosystem;
    }
  }

  void add(const model::Component& c, const Lookup& lookup, model::Finding f) {
    f.purl = c.purl;
    f.component = c.name + " " + c.version;
    f.paths = c.paths;
    f.layer = c.layer;
    // Tools built from the kernel's source (perf, bpftool) are not where the kernel's flaws are.
    const bool kernel_source = is_kernel_source(c.type, c.source_name.empty() ? lookup.package : c.source_name);
    f.runs_no_code = kernel_source || c.role == ComponentRole::headers || c.role == ComponentRole::docs || c.role == ComponentRole::debug;
    findings_.push_back(std::move(f));
  }

  const advisory::Database& database_;
  base::Moment as_of_;
  PackageSupportLists supported_;
  std::map<std::string, Release> releases_;
  std::map<std::string, PackageSupport> package_notes_;  // of packages whose support ended or is limited
  std::unordered_map<std::string, Known> sources_;
  std::optional<std::set<int64_t>> kubernetes_flaws_;  // what Kubernetes' own records speak of, whichever program
  std::vector<model::Finding> findings_;
};

}  // namespace

struct ComponentMatcher::Impl {
  InventoryMatcher matcher;
};

ComponentMatcher::ComponentMatcher(const advisory::Database& database, base::Moment as_of) : impl_(new Impl{{database, as_of, 0}}) {}
ComponentMatcher::~ComponentMatcher() = default;

base::Result<std::vector<model::Finding>> ComponentMatcher::match(const model::Component& component) {
  impl_->matcher.forget_sources();
  BULKHEAD_CHECK(impl_->matcher.component(component));
  return impl_->matcher.take_unsorted();
}

void ComponentMatcher::notes(std::vector<CoverageNote>& out) const { impl_->matcher.notes(out); }

model::Finding unreadable_finding(const std::string& purl, const base::Error& error) {
  model::Finding f;
  f.id = "advisories-unreadable";
  f.purl = purl;
  f.component = purl;
  f.status = FindingStatus::unknown;
  f.severity = "unknown";
  f.summary = "the advisory database could not be read: nothing is known from here on";
  f.reason.comparison = error.text();
  return f;
}

std::vector<model::Finding> match_inventory(const model::Inventory& inventory, const advisory::Database& database, base::Moment as_of,
                                            std::vector<CoverageNote>* coverage) {
  InventoryMatcher matcher(database, as_of, inventory.components.size());
  std::optional<model::Finding> unread;
  for (const model::Component& c : inventory.components) {
    if (const base::Status status = matcher.component(c); !status) {
      unread = unreadable_finding(c.purl, status.error());
      if (coverage != nullptr) {
        coverage->push_back({CoverageNote::State::error, "advisory database", status.error().text()});
      }
      break;
    }
  }
  if (coverage != nullptr) {
    matcher.notes(*coverage);
  }
  std::vector<model::Finding> out = matcher.take();
  if (unread) {
    out.push_back(*std::move(unread));
  }
  return out;
}

}  // namespace bulkhead::match
