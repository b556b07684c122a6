#include "access/connection_diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "access/address.h"
#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr std::string_view kMark = "[External]";

std::optional<AddressRange> range_of(const std::string& peer) {
  if (!peer.ends_with(kMark)) return std::nullopt;
  const auto [low, high] = base::split_once(std::string_view(peer).substr(0, peer.size() - kMark.size()), '-');
  const auto first = parse_address(low), last = high ? parse_address(*high) : std::nullopt;
  if (!first || !last) return std::nullopt;
  return AddressRange{*first, *last};
}

struct Cell {
  Connections connections;
  bool undecided = false;
  bool operator==(const Cell&) const = default;
};
// Two names; or a name and where a range of addresses begins that is its source or its target.
enum class Form : uint8_t { names, from_outside, to_outside };
using Key = std::tuple<Form, std::string, std::string, Address>;

class Differ {
 public:
  Differ(const ConnectionList& before, const ConnectionList& after) : before_(before), after_(after) {
    for (const ConnectionList* list : {&before, &after}) {
      for (const ConnectionRow& row : list->rows) {
        if (const auto range = range_of(list->from(row))) add_cut(true, *range);
        if (const auto range = range_of(list->to(row))) add_cut(false, *range);
      }
    }
  }

  std::vector<ConnectionChange> run() {
    std::map<Key, std::pair<Cell, Cell>> cells;
    spread(before_, [&](const Key& key) -> Cell& { return cells[key].first; });
    spread(after_, [&](const Key& key) -> Cell& { return cells[key].second; });
    std::vector<ConnectionChange> out;
    Key last{Form::names, "", "", 0};
    std::pair<Cell, Cell> last_cells;
    AddressRange open;
    for (const auto& [key, both] : cells) {
      if (both.first.connections == both.second.connections) continue;
      const auto& [form, name, other, start] = key;
      if (form == Form::names) {
        out.push_back(change(name, other, both));
        continue;
      }
      const bool in = form == Form::from_outside;
      const AddressRange piece{start, end_of(in, start)};
      // Straight on from the range before, with the same difference?
      const bool joins = std::get<0>(last) == form && std::get<1>(last) == name && open.last != ~static_cast<Address>(0) &&
                         open.last + 1 == start && is_ipv4(open) == is_ipv4(piece) && both == last_cells;
      open = joins ? AddressRange{open.first, piece.last} : piece;
      last = key;
      last_cells = both;
      if (!joins) out.push_back(in ? change("", name, both) : change(name, "", both));
      (in ? out.back().from : out.back().to) = range_text(open) + std::string(kMark);
    }
    std::ranges::sort(out, {}, [](const ConnectionChange& c) { return std::tie(c.kind, c.from, c.to); });
    return out;
  }

 private:
  void add_cut(bool in, AddressRange range) {
    std::set<Address>& cuts = in ? source_cuts_ : target_cuts_;
    cuts.insert(range.first);
    if (range.last != ~static_cast<Address>(0)) cuts.insert(range.last + 1);
  }
  Address end_of(bool in, Address start) const {
    const std::set<Address>& cuts = in ? source_cuts_ : target_cuts_;
    const auto next = cuts.upper_bound(start);
    return next == cuts.end() ? ~static_cast<Address>(0) : *next - 1;
  }

  template <typename At>
  void spread(const ConnectionList& list, At&& at) {
    for (const ConnectionRow& row : list.rows) {
      const Cell cell{list.connections_of(row), row.undecided};
      const auto source = range_of(list.from(row)), target = range_of(list.to(row));
      if (!source && !target) {
        at({Form::names, list.from(row), list.to(row), 0}) = cell;
        continue;
      }
      const AddressRange range = source ? *source : *target;
      const std::set<Address>& cuts = source ? source_cuts_ : target_cuts_;
      for (auto cut = cuts.lower_bound(range.first); cut != cuts.end() && *cut <= range.last; ++cut) {
        // Only one end can be external.
        at(source ? Key{Form::from_outside, list.to(row), "", *cut} : Key{Form::to_outside, list.from(row), "", *cut}) = cell;
      }
    }
  }

  ConnectionChange change(const std::string& from, const std::string& to, const std::pair<Cell, Cell>& both) const {
    ConnectionChange out;
    out.from = from;
    out.to = to;
    out.before = both.first.connections;
    out.after = both.second.connections;
    out.undecided = both.first.undecided || both.second.undecided;
    out.kind = out.before.empty()  ? ConnectionChange::Kind::added
               : out.after.empty() ? ConnectionChange::Kind::removed
                                   : ConnectionChange::Kind::changed;
    for (const std::string* peer : {&out.from, &out.to}) {
      if (!peer->ends_with(']')) continue;
      const bool was = std::ranges::binary_search(before_.peers, *peer), is = std::ranges::binary_search(after_.peers, *peer);
      if (was != is) out.workloads += (out.workloads.empty() ? "workload " : ", workload ") + *peer + (is ? " added" : " removed");
    }
    return out;
  }

  const ConnectionList &before_, &after_;
  std::set<Address> source_cuts_, target_cuts_;
};

Connections minus(Connections from, const Connections& what) {
  from.remove(what);
  return from;
}

}  // namespace

Connections ConnectionChange::opened() const { return minus(after, before); }
Connections ConnectionChange::closed() const { return minus(before, after); }

std::vector<ConnectionChange> diff_connections(const ConnectionList& before, const ConnectionList& after) {
  return Differ(before, after).run();
}

}  // namespace bulkhead::access
