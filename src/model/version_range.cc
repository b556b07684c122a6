#include "model/version_range.h"

#include <algorithm>
#include <vector>

namespace bulkhead::model {
namespace {

using Kind = RangeEvent::Kind;

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::introduced: return "introduced";
    case Kind::fixed: return "fixed";
    case Kind::last_affected: return "last_affected";
    case Kind::limit: return "limit";
  }
  return "";
}

// `introduced: "0"` is before every version, also where the scheme could not read "0".
bool is_beginning(const RangeEvent& event) { return event.kind == Kind::introduced && event.version == "0"; }

constexpr size_t kSmallWalk = 16;  // events sorted in place, without memory of their own

struct Compared {
  const RangeEvent* event = nullptr;
  std::strong_ordering order = std::strong_ordering::greater;  // the version against the event's

  int side() const { return order > 0 ? 1 : order < 0 ? -1 : 0; }
};

std::string sentence(std::string_view version, const Compared& compared) {
  if (is_beginning(*compared.event)) {
    return std::string(version) + " >= 0 (introduced)";
  }
  return std::string(version) + " " + ordering_sign(compared.order) + " " + std::string(compared.event->version) + " (" +
         kind_name(compared.event->kind) + ")";
}

// A package's records are walked one after the other with one version: it is read once.
base::Status valid_once(const Scheme& scheme, std::string_view version) {
  thread_local const Scheme* last_scheme = nullptr;
  thread_local std::string last_version;
  if (last_scheme == &scheme && last_version == version) {
    return {};
  }
  BULKHEAD_CHECK(scheme.valid(version));
  last_scheme = &scheme;
  last_version = version;
  return {};
}

// Whether `a` comes before `b` on the walk. Versions on different sides of ours are ordered already; both were read before, so
// compare() cannot fail here.
bool earlier(const Scheme& scheme, const Compared& a, const Compared& b) {
  if (is_beginning(*a.event) || is_beginning(*b.event)) {
    return is_beginning(*a.event) && !is_beginning(*b.event);
  }
  if (a.side() != b.side()) {
    return a.side() > b.side();
  }
  return a.side() != 0 && scheme.compare(a.event->version, b.event->version).value_or(std::strong_ordering::equal) < 0;
}

// A stable sort that needs no memory: most ranges have two events, and nearly all stand in order.
void sort_walk(const Scheme& scheme, std::span<Compared> walk) {
  if (walk.size() > kSmallWalk) {
    std::stable_sort(walk.begin(), walk.end(), [&](const Compared& a, const Compared& b) { return earlier(scheme, a, b); });
    return;
  }
  for (size_t i = 1; i < walk.size(); ++i) {
    for (size_t at = i; at > 0 && earlier(scheme, walk[at], walk[at - 1]); --at) {
      std::swap(walk[at], walk[at - 1]);
    }
  }
}

}  // namespace

RangeAnswer in_range(const Scheme& scheme, std::string_view version, std::span<const RangeEvent> events, RangeWords words) {
  RangeAnswer answer;
  if (const base::Status valid = valid_once(scheme, version); !valid) {
    answer.why = valid.error().text();
    return answer;
  }
  Compared few[kSmallWalk];
  std::vector<Compared> many(events.size() > kSmallWalk ? events.size() : 0);
  const std::span<Compared> room = many.empty() ? std::span<Compared>(few) : std::span<Compared>(many);
  size_t size = 0;
  bool limited = false;
  bool below_limit = false;
  for (const RangeEvent& event : events) {
    if (event.kind == Kind::limit && event.version == "*") {
      limited = below_limit = true;
      continue;
    }
    if (is_beginning(event)) {
      room[size++] = {&event, std::strong_ordering::greater};
      continue;
    }
    const auto order = scheme.compare(version, event.version);
    if (!order) {
      answer.why = order.error().text();
      return answer;
    }
    if (event.kind == Kind::limit) {
      limited = true;
      below_limit = below_limit || *order < 0;
    } else {
      room[size++] = {&event, *order};
    }
  }
  const std::span<Compared> walk = room.first(size);
  sort_walk(scheme, walk);

  bool inside = false;
  const Compared* decided = nullptr;
  const Compared* first_above = nullptr;
  const Compared* fixed = nullptr;
  for (const Compared& step : walk) {
    const Kind kind = step.event->kind;
    if (kind == Kind::introduced ? step.order >= 0 : kind == Kind::fixed ? step.order >= 0 : step.order > 0) {
      inside = kind == Kind::introduced;
      decided = &step;
    } else if (first_above == nullptr) {
      first_above = &step;
    }
    if (fixed == nullptr && kind == Kind::fixed && step.order < 0) {
      fixed = &step;
    }
  }
  const bool over = inside && limited && !below_limit;
  answer.inside = tri(inside && !over);
  if (answer.inside == Tri::yes && fixed != nullptr) {
    answer.fixed_version = fixed->event->version;
  }
  if (answer.inside == Tri::no && words == RangeWords::if_inside) {
    return answer;
  }
  if (over) {
    answer.comparison = std::string(version) + " is not below any limit of " + range_text(events);
  } else if (inside) {
    // What ends the range says most; an open range is told by what opened it.
    answer.comparison = sentence(version, first_above != nullptr ? *first_above : *decided);
  } else if (decided != nullptr || first_above != nullptr) {
    answer.comparison = sentence(version, decided != nullptr ? *decided : *first_above);
  }
  return answer;
}

bool in_versions(const Scheme& scheme, std::string_view version, std::span<const std::string_view> versions) {
  for (const std::string_view listed : versions) {
    if (listed == version) {
      return true;
    }
    const auto order = scheme.compare(version, listed);
    if (order && *order == 0) {
      return true;
    }
  }
  return false;
}

std::string range_text(std::span<const RangeEvent> events) {
  std::string text;
  for (const RangeEvent& event : events) {
    text += (text.empty() ? "" : ", ") + std::string(kind_name(event.kind)) + " " + std::string(event.version);
  }
  return text;
}

}  // namespace bulkhead::model
