#include "match/internal/support.h"

#include "match/matcher.h"

namespace bulkhead::match {

base::Result<std::optional<Support>> support_of(std::string_view product, std::string_view version, const advisory::Database& database,
                                                base::Moment as_of) {
  BULKHEAD_TRY(const std::vector<advisory::Cycle> cycles, database.life_cycle(product));
  if (version.starts_with('v')) {
    version.remove_prefix(1);
  }
  const advisory::Cycle* best = nullptr;
  for (const advisory::Cycle& c : cycles) {
    const bool prefix = version.starts_with(c.cycle) && (version.size() == c.cycle.size() || version[c.cycle.size()] == '.' ||
                                                         version[c.cycle.size()] == '-' || version[c.cycle.size()] == '+');
    if (prefix && (best == nullptr || c.cycle.size() > best->cycle.size())) {
      best = &c;
    }
  }
  if (best == nullptr) {
    return std::nullopt;
  }
  Support out{best->product, best->cycle, best->end_of_life, false};
  // Extended support, where it is dated, is the end of all fixes.
  if (const auto extended = base::parse_moment(best->extended);
      extended && (!base::parse_moment(out.ends) || *extended > *base::parse_moment(out.ends))) {
    out.ends = best->extended;
  }
  if (const auto end = base::parse_moment(out.ends)) {
    out.ended = *end <= as_of;
  }
  return out;
}

std::optional<LifeCycle> life_cycle(std::string_view product, std::string_view version, const advisory::Database& database,
                                    base::Moment as_of) {
  const auto support = support_of(product, version, database, as_of);
  if (!support || !*support) {
    return std::nullopt;
  }
  LifeCycle out{(*support)->cycle, {}, (*support)->ended, 0};
  if (const auto end = base::parse_moment((*support)->ends)) {
    out.ends = (*support)->ends.substr(0, 10);
    // Whole days: a release that ends tomorrow has one left at any hour of today.
    out.days = *end / base::kDay - as_of / base::kDay;
  }
  return out;
}

std::string support_note(std::string_view product, std::string_view version, const advisory::Database& database, base::Moment as_of) {
  const auto support = support_of(product, version, database, as_of);
  if (!support || !*support || (*support)->ends.empty() || (*support)->ends == "never") {
    return {};
  }
  return ((*support)->ended ? "support ended " : "supported until ") + (*support)->ends.substr(0, 10);
}

}  // namespace bulkhead::match
