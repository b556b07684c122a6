// The product tree of a CSAF document: what a product id of `product_status` stands for.
//
// Source: CSAF 2.0, 3.1.2 and 3.2.2; how Red Hat, SUSE, openEuler and Microsoft fill it in was read from their documents.
// - Red Hat: platform with a CPE, package with a purl, a module in between ("AppStream-8.8.0.Z:virt:rhel:…").
// - SUSE, openEuler: platform by its name, package as name-version-release.architecture.
// - Microsoft: platform "Azure Linux" "3.0", package "azl3 ruby 3.3.5-2".
// - others: one product with a purl or CPE, or neither.
// Threads: plain values; the views live as long as the document.
#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace bulkhead::advisory {

struct CsafProduct {
  std::string ecosystem;   // "Red Hat:9", "SUSE:Linux Enterprise Server 15 SP5" (the sink renames); empty: no package of a distribution
  std::string package;     // with ecosystem
  std::string version;     // [epoch:]version-release; empty where none is named
  std::string module;      // "virt:rhel"; empty none
  std::string identifier;  // purl or CPE of anything else; empty none
};

class CsafProducts {
 public:
  explicit CsafProducts(base::JsonView product_tree);
  // `versioned`: the status speaks of builds ("fixed"), so a bare name-version-release may be taken apart.
  CsafProduct find(const std::string& id, bool versioned) const;

 private:
  struct Leaf {
    std::string name, version, vendor, purl, cpe;
  };
  struct Relation {
    std::string part, whole;
  };
  void walk(base::JsonView branches, const std::string& vendor, const std::string& name, int depth);
  void add(base::JsonView product, const std::string& vendor, const std::string& name, const std::string& version);
  std::string platform(const std::string& id) const;

  std::map<std::string, Leaf, std::less<>> leaves_;
  std::map<std::string, Relation, std::less<>> relations_;
};

}  // namespace bulkhead::advisory
