// Own decisions on findings (`bulkhead decide`) and VEX statements given by hand: what they cover and what they do to a finding.
//
// A decision names a flaw (any of its names), a component by its package URL without version (empty: every component), where it
// holds, and a VEX status with its reason. It follows the component, not the version: an upgrade keeps it. Where several cover
// one finding, own ones win over VEX documents, then the one decided last, then the greater id. docs/decisions.md.
//
// Nothing is hidden: a finding keeps all it has and gains a disposition. Threads: plain values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisory/vex.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/inventory.h"

namespace bulkhead::match {

// Every part that is not empty must hold. Patterns are globs in which '*' also stands for '/'.
struct DecisionScope {
  std::string image;     // against references with and without tag, and digests
  std::string path;      // every path of the finding must match
  std::string workload;  // "namespace/name"
  std::string ns;
  std::string cluster;  // name as `scan` shows it

  bool needs_workload() const { return !workload.empty() || !ns.empty(); }
};

struct Decision {
  std::string id;  // 12 hexadecimal digits over flaw, component and scope: deciding the same again replaces it
  std::string flaw;
  std::string component;  // "pkg:deb/debian/zlib1g"; empty: every component
  DecisionScope scope;
  std::string status;         // not_affected | affected | fixed | under_investigation
  std::string justification;  // OpenVEX's five words; empty none
  std::string reason, author;
  std::string decided, expires;  // dates; `expires` empty: never; the day itself still counts
  // --- of a VEX statement; all empty in an own decision
  std::string document;  // its file
  std::string subject;   // identifier that it speaks of, with or without version; instead of `component`
  std::string product;   // of a statement about a part: what the part is in; empty: in anything
};

// Statements that a database or a document holds, as decisions; those whose status is none of VEX's are left out.
std::vector<Decision> decisions_of(const std::vector<advisory::StoredVex>& statements);

// Checks the words and dates, cuts the component's version off and gives the id. Errors: usage, naming the field.
base::Result<Decision> checked_decision(Decision decision);
void write_decision(base::JsonWriter& writer, const Decision& decision);
// Of an object that write_decision wrote, or that a person did. Errors name `where`.
base::Result<Decision> decision_from_json(base::JsonView view, std::string_view where);

// Where a finding is, as far as the asking command knows.
struct DecisionPlace {
  std::vector<std::string> images;                             // references and digests; empty: no image
  std::string cluster;                                         // empty: no cluster at hand
  std::vector<std::pair<std::string, std::string>> workloads;  // namespace and name of all that run the image; empty: not known
  std::string product;                                         // package URL of the image itself; empty: not known
  // Package URLs of the programs by path: what a Go module is built into is the product that statements about it name.
  std::map<std::string, std::vector<std::string>> programs;
};
DecisionPlace place_of(const model::Inventory& inventory);

// What applying came to.
struct DecisionUse {
  uint64_t decided = 0;              // findings that were settled
  uint64_t noted = 0;                // findings with a disposition that settles nothing
  std::vector<std::string> expired;  // "0123… on FLAW of COMPONENT ended 2026-01-31", once each, sorted
  std::vector<std::string> partly;   // decisions that cover only some of the workloads that run an image: not applied, sorted
};

class Decisions {
 public:
  Decisions() = default;
  explicit Decisions(std::vector<Decision> all) : all_(std::move(all)) {}
  bool empty() const { return all_.empty(); }
  const std::vector<Decision>& all() const { return all_; }
  void add(std::vector<Decision> more);

  // Gives findings their disposition. A decision for workloads counts where it covers every one that runs the image: a
  // finding that matters somewhere is not decided.
  void apply(std::vector<model::Finding>& findings, const DecisionPlace& place, base::Moment as_of, DecisionUse& use) const;

 private:
  std::vector<Decision> all_;
};

// "pkg:deb/debian/zlib1g@1.2?arch=amd64" → "pkg:deb/debian/zlib1g". Other text as it is.
std::string component_key(std::string_view purl);

}  // namespace bulkhead::match
