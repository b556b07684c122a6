// The finding that stands for all that a damaged database could not say.
#pragma once

#include "base/result.h"
#include "model/finding.h"

namespace bulkhead::match {

model::Finding unreadable_finding(const std::string& purl, const base::Error& error);

}  // namespace bulkhead::match
