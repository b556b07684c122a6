#include "access/connections.h"

#include <algorithm>
#include <utility>

namespace bulkhead::access {

bool PortSet::contains(int32_t port) const {
  return std::ranges::any_of(ranges_, [&](const PortRange& r) { return r.first <= port && port <= r.last; });
}

void PortSet::add(PortRange range) {
  range = {std::max(range.first, kFirstPort), std::min(range.last, kLastPort)};
  if (range.first > range.last) return;
  std::vector<PortRange> merged;
  for (const PortRange& r : ranges_) {
    if (r.last + 1 < range.first || range.last + 1 < r.first) {
      merged.push_back(r);
    } else {
      range = {std::min(range.first, r.first), std::max(range.last, r.last)};
    }
  }
  merged.insert(std::ranges::upper_bound(merged, range.first, {}, &PortRange::first), range);
  ranges_ = std::move(merged);
}

void PortSet::add(const PortSet& other) {
  for (const PortRange& range : other.ranges_) add(range);
}

void PortSet::remove(const PortSet& other) {
  std::vector<PortRange> left;
  auto cut = other.ranges_.begin();
  for (PortRange rest : ranges_) {
    while (cut != other.ranges_.end() && cut->last < rest.first) ++cut;
    for (auto at = cut; at != other.ranges_.end() && at->first <= rest.last && rest.first <= rest.last; ++at) {
      if (at->first > rest.first) left.push_back({rest.first, at->first - 1});
      rest.first = at->last + 1;
    }
    if (rest.first <= rest.last) left.push_back(rest);
  }
  ranges_ = std::move(left);
}

PortSet PortSet::intersect(const PortSet& other) const {
  PortSet both;
  auto a = ranges_.begin(), b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    const PortRange common{std::max(a->first, b->first), std::min(a->last, b->last)};
    if (common.first <= common.last) both.ranges_.push_back(common);
    a->last < b->last ? ++a : ++b;
  }
  return both;
}

Connections Connections::all() {
  Connections all;
  for (PortSet& ports : all.ports_) ports.add(PortRange{});
  return all;
}

const PortSet* Connections::ports(std::string_view protocol) const {
  for (size_t i = 0; i < kProtocols.size(); ++i) {
    if (protocol == kProtocols[i]) return &ports_[i];
  }
  return nullptr;
}

PortSet* Connections::ports(std::string_view protocol) { return const_cast<PortSet*>(std::as_const(*this).ports(protocol)); }

bool Connections::empty() const { return std::ranges::all_of(ports_, &PortSet::empty); }
bool Connections::full() const { return std::ranges::all_of(ports_, &PortSet::full); }

bool Connections::contains(int32_t port, std::string_view protocol) const {
  const PortSet* set = ports(protocol);
  return set != nullptr && set->contains(port);
}

void Connections::add(const Connections& other) {
  for (size_t i = 0; i < ports_.size(); ++i) ports_[i].add(other.ports_[i]);
}

void Connections::remove(const Connections& other) {
  for (size_t i = 0; i < ports_.size(); ++i) ports_[i].remove(other.ports_[i]);
}

Connections Connections::intersect(const Connections& other) const {
  Connections both;
  for (size_t i = 0; i < ports_.size(); ++i) both.ports_[i] = ports_[i].intersect(other.ports_[i]);
  return both;
}

std::string Connections::text() const {
  if (full()) return "All Connections";
  if (empty()) return "No Connections";
  std::string text;
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i].empty()) continue;
    if (!text.empty()) text += ",";
    text.append(kProtocols[i]).append(" ");
    bool first = true;
    for (const PortRange& range : ports_[i].ranges()) {
      if (!first) text += ",";
      first = false;
      text += std::to_string(range.first);
      if (range.last != range.first) text += "-" + std::to_string(range.last);
    }
  }
  return text;
}

}  // namespace bulkhead::access
