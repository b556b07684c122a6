// CISA's decision points as its records have them (SSVC 2.0.3, `options`: a list of one-key objects), as the words that the
// database keeps: "exploitation automatable technical_impact date". CVE JSON spells the keys "Technical Impact", NVD
// "technicalImpact".
#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace bulkhead::advisory {

// nullopt where one of the three is missing or none of CISA's words.
std::optional<std::string> ssvc_value(base::JsonView content);

}  // namespace bulkhead::advisory
