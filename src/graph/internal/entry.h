// Which findings of a workload can be entered through its port, and how sure that is.
#pragma once

#include "graph/internal/builder.h"

namespace bulkhead::graph {

struct EntryFlaw {
  const model::Finding* finding = nullptr;
  std::string image;      // reference
  std::string component;  // what its flaws share a draw by: the source package at its version, or the purl
  std::string works;      // coefficient: works.default, works.language, works.login, works.complex, works.user
  std::string why;        // "maven package in an image that listens"
  bool swept = false;
};
// Findings that may or may not be entered, taken together: those of one component (they share their draw), and all those of the
// packages of an image of which nothing says that the listener loads them: hundreds of small chances must not add up to
// certainty. `strongest` has the best exploit among them.
struct WeakFlaws {
  const model::Finding* strongest = nullptr;
  std::vector<std::string> flaws;
  std::string image, component, why;  // component: "other packages" for the rest of the image
};
struct EntrySurface {
  model::Tri listens = model::Tri::no;
  std::string listens_because;
  std::vector<EntryFlaw> flaws;
  std::vector<WeakFlaws> weak;
  std::vector<std::string> unread;   // images not read
  std::vector<std::string> partial;  // images read in part
  bool any() const { return listens != model::Tri::no; }
};
EntrySurface entry_surface(const Builder& b, const Template& t);
std::vector<std::string> flaw_ids(const EntrySurface& entry);  // sorted
// Who can connect to these templates: steps to their entries (reach_steps.cc).
void reach_steps(Builder& b, const std::vector<std::pair<size_t, EntrySurface>>& targets);

// Rows from the internet or the network to what listens (EXT_NOAUTH, NET_NOAUTH), asked of a target's containers: to the target from
// `from`, behind `unknowns`. listener_steps.cc.
void listener_steps(Builder& b, size_t target, From kind, uint32_t from, const std::vector<model::Variable>& unknowns,
                    const std::vector<std::string>& facts);
// Packages that are an attacker's own code, in images that run (row EXT_IMAGE). listener_steps.cc.
void malicious_steps(Builder& b);

// How good the evidence of an exploit is, for "the strongest": larger is better.
double exploit_rank(const model::Finding& finding);
std::string purl_without_qualifiers(std::string_view purl);
// The source package at its version for packages of a distribution (nginx, nginx-common and nginx-light are one), else the purl.
std::string shared_component(const model::Finding& finding);

}  // namespace bulkhead::graph
