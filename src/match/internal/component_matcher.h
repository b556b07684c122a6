// match_inventory's matcher, one component at a time and without remembering sources: every question is asked for each component.
#pragma once

#include <memory>
#include <vector>

#include "advisory/database.h"
#include "base/clock.h"
#include "model/finding.h"
#include "model/inventory.h"

namespace bulkhead::match {

class ComponentMatcher {
 public:
  ComponentMatcher(const advisory::Database& database, base::Moment as_of);
  ~ComponentMatcher();
  // In the order of its flaws, not sorted with others.
  base::Result<std::vector<model::Finding>> match(const model::Component& component);
  void notes(std::vector<model::CoverageNote>& out) const;  // of the distributions met so far

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::match
