// The order of the modules that Kubernetes publishes out of its own tree, in Kubernetes' numbers.
#pragma once

#include <string>
#include <string_view>

#include "model/version.h"

namespace bulkhead::match {

// "v0.29.3" → "1.29.3"; client-go's "v11.0.0+incompatible" → "1.14.0+incompatible"; pseudo-versions without a release (v0.0.0-…) and
// Kubernetes' own numbers as they are.
std::string kubernetes_number(std::string_view version);

// Go's order over those numbers. Not a row of the table of schemes: it is no ecosystem's, but a rule of matching.
const model::Scheme& staging_scheme();

}  // namespace bulkhead::match
