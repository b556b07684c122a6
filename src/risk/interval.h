// 95 % intervals of means over trials.
#pragma once

#include <cstdint>

#include "model/risk_report.h"

namespace bulkhead::risk {

// Wilson's score interval (JASA 22, 1927) of a share: `hits` of `trials`.
model::Estimate share_of(double hits, double trials);

// Its generalisation to a number x ≥ 0 per trial: with m the mean of x, r = Σx² / Σx, the mean μ is taken to have the
// variance r·μ − μ² that a number which is 0 or r would have, and the interval holds the μ with
// (m − μ)² ≤ z²·(r·μ − μ²) / trials. For x that is 0 or one value it is Wilson's interval times that value. Where no trial
// has x > 0, r is `largest`, the most that x could be.
model::Estimate mean_of(double sum, double sum_of_squares, double trials, double largest);

model::Estimate exactly(double mean);

}  // namespace bulkhead::risk
