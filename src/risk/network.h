// One attacker's part of the attack graph, condensed: what trials walk.
//
// Kept is what the attacker can reach and from where value can be held. Positions that reach each other by steps that are
// certain and that no action cuts are one. Parallel steps between two positions that the same actions cut are one edge,
// open iff one of them is: its row is an OR of ANDs of variables. Edges with the same formula share a row. Assets held at
// the same positions by the same shares are one class. All of it is exact: no number changes, only the work.
//
// Positions are numbered in topological order of the strongly connected components; inside one, those farthest from the summit
// come first, so that a walk carries most trials there in one sweep.
// Threads: plain values, read by many.
#pragma once

#include <cstdint>
#include <vector>

#include "model/attack_graph.h"
#include "risk/priced.h"

namespace bulkhead::risk {

inline constexpr uint32_t kNone = ~uint32_t{0};
inline constexpr uint32_t kAlways = ~uint32_t{0};

struct Edge {
  uint32_t from = 0, to = 0;      // condensed positions
  uint32_t row = kAlways;         // index into Network::rows; kAlways: open in every trial
  std::vector<uint32_t> actions;  // that cut it, sorted
};

// The part of an edge that a walk reads, eight bytes.
struct Link {
  uint32_t to = 0;
  uint32_t row = kAlways;
};

// Open iff all variables of one of the terms are true. Indices into Network::variables.
struct Row {
  std::vector<std::vector<uint32_t>> terms;
};

struct Hold {
  uint32_t position = 0;
  double share = 0;
};

struct AssetClass {
  std::vector<Hold> holds;       // strongest share first
  std::vector<uint32_t> assets;  // indices into the graph's assets
};

struct Network {
  uint32_t position_count = 0;
  // A position from where every asset is held by its strongest share (the control plane, as a rule); kNone: there is none. What else
  // is held in a trial that comes here changes no damage.
  uint32_t summit = kNone;
  std::vector<Edge> edges;      // sorted by from
  std::vector<Link> links;      // of the edges, same order
  std::vector<uint32_t> first;  // position_count + 1: the edges of a position
  std::vector<Row> rows;
  std::vector<uint32_t> variables;       // the graph's variables that rows need, sorted
  std::vector<uint32_t> entries;         // positions where the attacker may start, sorted
  std::vector<uint32_t> entry_of_start;  // per start of the attacker: index into entries, kNone: leads nowhere
  std::vector<AssetClass> assets;
  std::vector<std::vector<uint32_t>> action_edges;  // per action of the graph: edges it cuts
  std::vector<std::vector<uint32_t>> members;       // per position: the graph's positions in it
  uint32_t entry_position(size_t start) const { return entry_of_start[start] == kNone ? kNone : entries[entry_of_start[start]]; }
};

Network condense(const model::AttackGraph& graph, const PricedAttacker& attacker);

// The value of each asset class.
std::vector<double> class_values(const Network& network, const Priced& priced);

}  // namespace bulkhead::risk
