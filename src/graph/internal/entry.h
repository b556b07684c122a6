// Which findings of a workload can be entered through its port, and how sure that is.
#pragma once

#include "graph/internal/builder.h"

namespace bulkhead::graph {

struct EntryFlaw {
  const model::Finding* finding = nullptr;
  std::string image;                 // reference
  std::string works;                 // coefficient: works.default, works.language, works.login, works.complex, works.user
  std::string why;                   // "maven package in an image that listens"
  bool swept = false;
};
// Findings of one component that may or may not be entered: taken together, because flaws of one component at one version share
// their draw; `strongest` has the best exploit among them.
struct WeakFlaws {
  const model::Finding* strongest = nullptr;
  std::vector<std::string> flaws;
  std::string image, component, why;
};
struct EntrySurface {
  model::Tri listens = model::Tri::no;
  std::string listens_because;
  std::vector<EntryFlaw> flaws;
  std::vector<WeakFlaws> weak;
  std::vector<std::string> unread;   // images not read, or read in part
  bool any() const { return listens != model::Tri::no; }
};
EntrySurface entry_surface(const Builder& b, const Template& t);

// How good the evidence of an exploit is, for "the strongest": larger is better.
double exploit_rank(const model::Finding& finding);
std::string purl_without_qualifiers(std::string_view purl);

}  // namespace bulkhead::graph
