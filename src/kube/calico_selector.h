// Calico's selector language as a condition on labels.
//
// Source: Calico documentation, "Selectors" of the NetworkPolicy resource: all(), global(), has(k), !, &&, ||, parentheses,
// k == 'v', k != 'v', k in { 'a', 'b' }, k not in { … }, k contains 's', k starts with 's', k ends with 's'. The comparisons that
// deny hold for an end without the label. && binds tighter than ||.
// Labels that Calico itself adds are known by name: projectcalico.org/namespace, projectcalico.org/serviceaccount,
// projectcalico.org/orchestrator, and pcns.K, pcsa.K for the labels of the namespace and the service account.
// Errors: ErrorKind::input with the place. Limits: 64 KiB of text, 64 levels of parentheses. Threads: a pure function.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/tier_policy.h"

namespace bulkhead::kube {

// `of`: whose labels a bare key names. An empty text selects everything.
base::Result<model::EndSelector> parse_calico_selector(std::string_view text, model::EndSelector::Of of);

}  // namespace bulkhead::kube
