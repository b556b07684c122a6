// Components × advisories become findings, each with the comparison that says so.
//
// Distributions are judged by source package and release, languages by package URL, kernels, runtimes and Kubernetes programs by
// what a node or API server says of itself. docs/matching.md gives the rules. Withdrawn records never match. Where two records
// of one flaw judge one package, the publisher of the smaller rank decides; among equals one "affected" is enough.
// A version that its scheme cannot read, a release without data, a vendor's backporting build: status unknown, never clean.
//
// Threads: pure but for look-ups, which any thread may make. Output is sorted by purl, first path, flaw; same input, same bytes.
// A database that cannot be read on the way (a damaged file) ends in a last finding `advisories-unreadable` of status unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/database.h"
#include "base/clock.h"
#include "model/cluster.h"
#include "model/finding.h"
#include "model/inventory.h"

namespace bulkhead::match {

// `coverage` (may be null) receives what could not be judged: an ecosystem without data, a release past its end.
std::vector<model::Finding> match_inventory(const model::Inventory& inventory, const advisory::Database& database, base::Moment as_of,
                                            std::vector<model::CoverageNote>* coverage = nullptr);

// Kernel, container runtime, kubelet and kube-proxy of one node. Kernel findings of a distribution's build are `unknown`: its
// feed decides. The API does not name runc's version: its flaws are `unknown`, too.
std::vector<model::Finding> match_node(const model::Node& node, const advisory::Database& database, base::Moment as_of,
                                       std::vector<model::CoverageNote>* coverage = nullptr);

// The API server and what runs beside it, by gitVersion. Preconditions are not evaluated here: Database::kubernetes_checks.
std::vector<model::Finding> match_control_plane(std::string_view server_version, const advisory::Database& database, base::Moment as_of,
                                                std::vector<model::CoverageNote>* coverage = nullptr);

// One add-on or program of Kubernetes by its name in the feeds ("ingress-nginx"). `backports`: a vendor's build, whose number need not
// tell its fixes. Without a version every finding is unknown.
std::vector<model::Finding> match_program(std::string_view program, std::string_view version, bool backports,
                                          const advisory::Database& database, std::vector<model::CoverageNote>* coverage = nullptr);

// Until when a release is supported, by the life-cycle feed. nullopt: the feed does not know the product or the release.
struct LifeCycle {
  std::string cycle;     // "1.33"
  std::string ends;      // date of the last support of any kind; empty: not dated
  bool ended = false;    // by as_of
  int64_t days = 0;      // from as_of to `ends`; negative once it ended; 0 where `ends` is empty
};
std::optional<LifeCycle> life_cycle(std::string_view product, std::string_view version, const advisory::Database& database,
                                    base::Moment as_of);

// "support ended 2026-06-28", "supported until 2027-02-28"; empty where the life-cycle feed does not say. `product` as in that feed.
std::string support_note(std::string_view product, std::string_view version, const advisory::Database& database, base::Moment as_of);

// One record of a flaw against one component, matching or not: what `explain` prints.
struct Judgement {
  std::string record, source, file, feed_date;
  bool matches = false;
  bool decides = false;  // its publisher is believed in this case
  std::string verdict;   // "affected", "not affected", "withdrawn on 2024-08-21", "unknown: …"
  model::MatchReason reason;
};
struct Explanation {
  model::Component component;
  std::vector<std::string> looked_up;  // "npm lodash"
  std::string flaw;                    // preferred id; empty: no record of that name joins the component
  std::vector<Judgement> judgements;
  std::vector<model::Finding> findings;  // at most one
  std::vector<std::string> notes;
};
base::Result<Explanation> explain(const model::Component& component, std::string_view advisory, const advisory::Database& database,
                                  base::Moment as_of);

// Every record that names a component's package; the verdict is empty for a component without a version.
struct LookedUp {
  advisory::Flaw flaw;
  advisory::RecordInfo record;
  std::string ecosystem, package, ranges, state, note, verdict, comparison;
  std::vector<std::string> versions;
};
base::Result<std::vector<LookedUp>> look_up(const model::Component& component, const advisory::Database& database);

// A component as its purl describes it, for questions without an inventory. Error: usage, for what is no purl with a version.
base::Result<model::Component> component_of_purl(std::string_view purl);

}  // namespace bulkhead::match
