// Releases of distributions under one name, whatever their publishers call them (data/advisory/distributions.tsv).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::advisory {

// "SUSE Linux Enterprise Server 15 SP4-LTSS" → {"SUSE:15.4"}; "cpe:/o:redhat:enterprise_linux:9::baseos" → {"Red Hat:9"}.
// Empty for a name that the table does not know. Thread-safe; costs microseconds: keep the answer for names that repeat.
std::vector<std::string> ecosystems_of_release(std::string_view name);

}  // namespace bulkhead::advisory
