#include "risk/interval.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::risk {
namespace {

constexpr double kZ2 = 1.959963984540054 * 1.959963984540054;  // 97.5 % point of the normal distribution, squared

}  // namespace

model::Estimate mean_of(double sum, double sum_of_squares, double trials, double largest) {
  const double mean = sum / trials;
  const double r = sum > 0 ? std::max(sum_of_squares / sum, mean) : largest;
  // (1 + c)μ² − (2m + c·r)μ + m² = 0 with c = z² / n.
  const double c = kZ2 / trials;
  const double half = mean + c * r / 2;
  const double root = std::sqrt(std::max(0.0, half * half - (1 + c) * mean * mean));
  model::Estimate estimate{.mean = mean, .low = (half - root) / (1 + c), .high = (half + root) / (1 + c), .exact = false};
  estimate.low = sum > 0 ? std::clamp(estimate.low, 0.0, mean) : 0;
  estimate.high = std::max(estimate.high, mean);
  return estimate;
}

model::Estimate share_of(double hits, double trials) {
  model::Estimate estimate = mean_of(hits, hits, trials, 1);
  estimate.high = std::min(estimate.high, 1.0);
  return estimate;
}

model::Estimate exactly(double mean) { return {.mean = mean, .low = mean, .high = mean, .exact = true}; }

}  // namespace bulkhead::risk
