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

}  // namespace

RangeAnswer in_range(const Scheme& scheme, std::string_view version, std::span<const RangeEvent> events) {
  RangeAnswer answer;
  if (const base::Status valid = scheme.valid(version); !valid) {
    answer.why = valid.error().text();
    return answer;
  }
  std::vector<Compared> walk;
  walk.reserve(events.size());
  bool limited = false;
  bool below_limit = false;
  for (const RangeEvent& event : events) {
    if (event.kind == Kind::limit && event.version == "*") {
      limited = below_limit = true;
      continue;
    }
    if (is_beginning(event)) {
      walk.push_back({&event, std::strong_ordering::greater});
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
      walk.push_back({&event, *order});
    }
  }
  std::stable_sort(walk.begin(), walk.end(), [&](const Compared& a, const Compared& b) {
    if (is_beginning(*a.event) || is_beginning(*b.event)) {
      return is_beginning(*a.event) && !is_beginning(*b.event);
    }
    // Versions on different sides of ours are ordered already; all were read above, so compare() cannot fail here.
    if (a.side() != b.side()) {
      return a.side() > b.side();
    }
    return a.side() != 0 && scheme.compare(a.event->version, b.event->version).value_or(std::strong_ordering::equal) < 0;
  });

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
  if (inside && limited && !below_limit) {
    answer.inside = Tri::no;
    answer.comparison = std::string(version) + " is not below any limit of " + range_text(events);
    return answer;
  }
  answer.inside = tri(inside);
  if (inside) {
    // What ends the range says most; an open range is told by what opened it.
    answer.comparison = sentence(version, first_above != nullptr ? *first_above : *decided);
    if (fixed != nullptr) {
      answer.fixed_version = fixed->event->version;
    }
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
