#include "base/clock.h"

#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace bulkhead::base {
namespace {

std::optional<int64_t> digits(std::string_view text, size_t at, size_t count) {
  return at + count <= text.size() ? parse_i64(text.substr(at, count)) : std::nullopt;
}

}  // namespace

Moment now() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::optional<Moment> parse_moment(std::string_view text) {
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day || *year < 0 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  const Moment midnight = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
  if (text.size() == 10) {
    return midnight;
  }
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if ((text[10] != 'T' && text[10] != ' ' && text[10] != 't') || !hour || !minute || !second || text[13] != ':' || text[16] != ':' ||
      *hour > 23 || *hour < 0 || *minute > 59 || *minute < 0 || *second > 60 || *second < 0) {
    return std::nullopt;
  }
  size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    }
  }
  Moment offset = 0;
  const std::string_view zone = text.substr(at);
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    const auto hours = digits(zone, 1, 2), minutes = digits(zone, 4, 2);
    if (!hours || !minutes) {
      return std::nullopt;
    }
    offset = (*hours * 3600 + *minutes * 60) * (zone[0] == '+' ? 1 : -1);
  } else if (!zone.empty() && zone != "Z" && zone != "z") {
    return std::nullopt;
  }
  return midnight + *hour * 3600 + *minute * 60 + *second - offset;
}

std::string format_date(Moment moment) { return format_moment(moment).substr(0, 10); }

std::string format_moment(Moment moment) {
  const std::chrono::sys_seconds point{std::chrono::seconds(moment)};
  const auto midnight = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(point - midnight);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return buffer;
}

}  // namespace bulkhead::base
