// Which keys of which ConfigMaps are read at all, and what of them is kept: data/kubernetes/kept_config.yaml.
//
// A kept YAML document is written as minified JSON with only the members that the table names; what was cleaned once is cleaned
// to the same again. A value that cannot be read is not kept. Threads: pure; the table is read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::kube {

// Any key of this ConfigMap is wanted.
bool wants_config_map(std::string_view ns, std::string_view name);
// What stays of one key; nullopt: nothing.
std::optional<std::string> kept_config(std::string_view ns, std::string_view name, std::string_view key, std::string_view value);
// The table can be read (checked by a test; a broken table keeps nothing).
base::Status check_kept_config();

}  // namespace bulkhead::kube
