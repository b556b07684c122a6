// Moments as seconds since 1970-01-01T00:00:00Z. The one place that asks the machine for the time; everything else is
// given a moment, so that `--as-of` fixes the clock of a whole run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead::base {

using Moment = int64_t;
inline constexpr Moment kDay = 86'400;

Moment now();
// "2026-11-24", "2026-11-24T08:15:00Z", with fraction or "+02:00"; nullopt for anything else.
std::optional<Moment> parse_moment(std::string_view text);
std::string format_date(Moment moment);    // 2026-11-24
std::string format_moment(Moment moment);  // 2026-11-24T08:15:00Z

}  // namespace bulkhead::base
