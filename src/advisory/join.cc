// Union-find over names. A flaw is one set of names that some record with a package belongs to; sets without a package (a CVE
// of other software in EPSS or vulnrichment) stay evidence and become no flaw.
#include "advisory/join.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

#include "advisory/cvss_choice.h"
#include "advisory/source.h"
#include "base/clock.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using model::ExploitEvidence;
using model::FlawEffect;

class Names {
 public:
  uint32_t id(std::string_view name) {
    const auto [at, fresh] = ids_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (fresh) {
      names_.push_back(name);
      parent_.push_back(at->second);
    }
    return at->second;
  }
  std::optional<uint32_t> find_name(std::string_view name) {
    const auto at = ids_.find(name);
    return at == ids_.end() ? std::nullopt : std::optional(root(at->second));
  }
  uint32_t root(uint32_t x) {
    while (parent_[x] != x) {
      x = parent_[x] = parent_[parent_[x]];
    }
    return x;
  }
  void unite(uint32_t a, uint32_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::unordered_map<std::string_view, uint32_t> ids_;  // views into the content
  std::vector<std::string_view> names_;
  std::vector<uint32_t> parent_;
};

// All that the records of one flaw say, before it is boiled down.
struct Gathered {
  std::vector<std::string_view> names;
  std::vector<RankedVector> vectors;
  std::set<std::string> sources;
  std::set<std::string> exploit_sources;
  std::string published, summary, severity;
  int summary_rank = INT32_MAX, severity_rank = INT32_MAX;
  bool control_word = false, malicious = false, kev = false, ransomware = false, weaponised = false, proof = false;
  bool has_package = false;
  int64_t epss = -1, epss_before = -1;
};

bool earlier(const std::string& a, const std::string& b) {
  const auto left = base::parse_moment(a), right = base::parse_moment(b);
  return left && (!right || *left < *right);
}

void take_advisory(Gathered& g, const Advisory& a, const Source& source) {
  g.sources.insert(source.name);
  if (earlier(a.published, g.published)) {
    g.published = a.published;
  }
  if (!a.summary.empty() && source.rank < g.summary_rank) {
    g.summary = a.summary;
    g.summary_rank = source.rank;
  }
  if (!a.severity.empty() && source.rank < g.severity_rank) {
    g.severity = a.severity;
    g.severity_rank = source.rank;
  }
  for (const std::string& vector : a.cvss) {
    g.vectors.push_back({source.rank, vector});
  }
  g.control_word = g.control_word || a.effect == "control";
  g.malicious = g.malicious || a.effect == "malicious";
}

// Frameworks hold working, aimed exploits; indexes of code hold anything from those to a crash.
bool is_weapon(std::string_view source) { return source == "metasploit" || source == "nuclei"; }

int name_class(std::string_view name) { return is_cve(name) ? 0 : name.starts_with("GHSA-") ? 1 : 2; }

bool better_name(std::string_view a, std::string_view b) {
  if (name_class(a) != name_class(b)) {
    return name_class(a) < name_class(b);
  }
  return is_cve(a) ? cve_number(a) < cve_number(b) : a < b;
}

Flaw boil_down(Gathered& g) {
  Flaw flaw;
  std::sort(g.names.begin(), g.names.end());
  const auto best = std::min_element(g.names.begin(), g.names.end(), better_name);
  flaw.name = *best;
  for (const std::string_view name : g.names) {
    if (name != flaw.name) {
      flaw.aliases.emplace_back(name);
    }
  }
  const CvssChoice cvss = choose_cvss(std::move(g.vectors));
  flaw.published = std::move(g.published);
  flaw.summary = std::move(g.summary);
  flaw.cvss = cvss.vector;
  flaw.cvss_score = cvss.score;
  flaw.severity = !cvss.severity.empty() ? cvss.severity : !g.severity.empty() ? g.severity : "unknown";
  flaw.effect = g.malicious ? FlawEffect::malicious : g.control_word ? FlawEffect::control : cvss.effect;
  flaw.network = cvss.network;
  flaw.needs_login = cvss.needs_login;
  flaw.needs_user = cvss.needs_user;
  flaw.high_complexity = cvss.high_complexity;
  flaw.epss = g.epss;
  flaw.epss_before = g.epss_before;
  flaw.exploit = g.ransomware   ? ExploitEvidence::kev_ransomware
                 : g.kev        ? ExploitEvidence::kev
                 : g.weaponised ? ExploitEvidence::weaponised
                 : g.proof      ? ExploitEvidence::proof_of_concept
                                : ExploitEvidence::none;
  flaw.exploit_sources.assign(g.exploit_sources.begin(), g.exploit_sources.end());
  flaw.sources.assign(g.sources.begin(), g.sources.end());
  return flaw;
}

void add_evidence(const Content& content, Names& names, std::unordered_map<uint32_t, Gathered>& gathered) {
  const auto find = [&](const std::string& name) -> Gathered* {
    const auto root = names.find_name(name);
    const auto at = root ? gathered.find(*root) : gathered.end();
    return at == gathered.end() ? nullptr : &at->second;
  };
  for (const auto& [key, feed] : content) {
    for (const EpssScore& e : feed.scores) {
      if (Gathered* g = find(e.cve)) {
        g->epss = std::max(g->epss, static_cast<int64_t>(e.score));
        g->epss_before = std::max(g->epss_before, static_cast<int64_t>(e.previous));
      }
    }
    for (const Exploited& e : feed.exploited) {
      if (Gathered* g = find(e.id)) {
        g->kev = true;
        g->ransomware = g->ransomware || e.ransomware;
        g->exploit_sources.insert(feed.feed.source);
        g->sources.insert(feed.feed.source);
      }
    }
    for (const Exploit& e : feed.exploits) {
      if (Gathered* g = find(e.id)) {
        for (const std::string& source : e.sources) {
          (is_weapon(source) ? g->weaponised : g->proof) = true;
          g->exploit_sources.insert(source);
        }
      }
    }
  }
}

}  // namespace

std::optional<int64_t> cve_number(std::string_view name) {
  if (!is_cve(name)) {
    return std::nullopt;
  }
  const auto year = base::parse_u64(name.substr(4, 4)), number = base::parse_u64(name.substr(9));
  if (!year || !number || *number >= 100'000'000) {
    return std::nullopt;
  }
  return static_cast<int64_t>(*year * 100'000'000 + *number);
}

Joined join_flaws(const Content& content) {
  Names names;
  for (const auto& [key, feed] : content) {
    for (const Advisory& a : feed.advisories) {
      const uint32_t id = names.id(a.id);
      if (a.withdrawn.empty()) {
        for (const std::string& alias : a.aliases) {
          names.unite(id, names.id(alias));
        }
      }
    }
  }
  std::unordered_map<uint32_t, Gathered> gathered;
  for (const auto& [key, feed] : content) {
    const Source* source = find_source(feed.feed.source);
    for (size_t i = 0; i < feed.advisories.size(); ++i) {
      const Advisory& a = feed.advisories[i];
      Gathered& g = gathered[names.root(names.id(a.id))];
      g.has_package = g.has_package || !a.affected.empty() || (i < feed.kept.size() && !feed.kept[i].empty());
      if (source != nullptr && a.withdrawn.empty()) {
        take_advisory(g, a, *source);
      }
    }
  }
  for (uint32_t i = 0; i < names.names().size(); ++i) {
    if (const auto at = gathered.find(names.root(i)); at != gathered.end()) {
      at->second.names.push_back(names.names()[i]);
    }
  }
  add_evidence(content, names, gathered);

  Joined out;
  std::vector<std::pair<Flaw, uint32_t>> flaws;
  flaws.reserve(static_cast<size_t>(std::count_if(gathered.begin(), gathered.end(), [](const auto& g) { return g.second.has_package; })));
  while (!gathered.empty()) {  // what is boiled down is given back at once: hundreds of thousands of flaws weigh
    auto node = gathered.extract(gathered.begin());
    if (node.mapped().has_package) {
      flaws.emplace_back(boil_down(node.mapped()), node.key());
    }
  }
  std::sort(flaws.begin(), flaws.end(), [](const auto& a, const auto& b) { return a.first.name < b.first.name; });
  std::unordered_map<uint32_t, int64_t> id_of;
  out.flaws.reserve(flaws.size());
  for (auto& [flaw, root] : flaws) {
    flaw.id = static_cast<int64_t>(out.flaws.size()) + 1;
    id_of.emplace(root, flaw.id);
    out.flaws.push_back(std::move(flaw));
  }
  for (const auto& [key, feed] : content) {
    std::vector<int64_t>& ids = out.flaw_of.emplace_back();
    ids.reserve(feed.advisories.size());
    for (const Advisory& a : feed.advisories) {
      const auto at = id_of.find(names.root(names.id(a.id)));
      ids.push_back(at == id_of.end() ? 0 : at->second);
    }
  }
  return out;
}

}  // namespace bulkhead::advisory
