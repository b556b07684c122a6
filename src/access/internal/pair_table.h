// What the policies allow between all pairs of many ends, each distinct answer worked out once.
//
// Idea: ends that no policy can tell apart are one class (the caller's). For one direction a pair's answer depends on the set of
// policies that isolates the one end, on which of their rules take the other end, and on the target's named ports; each of these
// is a number, and answers are kept under those numbers. A pair then costs a few look-ups, however many rules there are.
// Policies with long lists of address blocks keep their own index; policies in tiers are asked pair by pair.
// Threads: one table, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "access/internal/policy_index.h"

namespace bulkhead::access::internal {

class PairTable {
 public:
  static constexpr uint32_t kEverything = 0, kNothing = 1;
  // `pods`: one pod of each class. `sources`, `targets`: ranges of external addresses. Keeps a reference to `policies`.
  PairTable(const PolicyIndex& policies, DialectMask enforced, std::vector<size_t> pods, const std::vector<AddressRange>& sources,
            const std::vector<AddressRange>& targets);

  // Numbers of answers, see value().
  uint32_t between(size_t from_class, size_t to_class);
  uint32_t from_source(size_t source, size_t to_class);
  uint32_t to_target(size_t from_class, size_t target);
  uint32_t unite(uint32_t a, uint32_t b);
  uint32_t intern(const Allowed& allowed);
  const Allowed& value(uint32_t number) const { return values_[number]; }

 private:
  struct Side {                                  // one direction
    std::vector<Peer> ends;                      // classes, then address ranges
    std::vector<uint32_t> set_of_class;          // set of policies that isolates a class; 0 none
    std::vector<std::vector<uint32_t>> sets;     // policies of each set
    std::vector<std::vector<uint32_t>> matched;  // set → end → number of the matching rules; 0 not asked yet
  };
  // How a class is answered in a direction; `shared`: worked out pair by pair, once for all classes with the same policies.
  enum class How : uint8_t { open, simple, shared, direct };

  uint32_t side(bool ingress, size_t own, size_t far, size_t target);
  uint32_t rules_for(Side& side, bool ingress, uint32_t set, size_t far);
  uint32_t combine(uint32_t egress, uint32_t ingress);

  const PolicyIndex& policies_;
  DialectMask enforced_;
  std::vector<size_t> pods_;
  Side ingress_, egress_;
  std::vector<How> how_ingress_, how_egress_;
  std::vector<uint32_t> ports_of_class_;                               // number of the set of named ports; 0: no named port
  using RuleMatch = std::pair<const model::NetworkPolicyRule*, bool>;  // and whether it is sure
  std::map<std::vector<RuleMatch>, uint32_t> rule_sets_;
  std::vector<const std::vector<RuleMatch>*> rule_set_;
  std::unordered_map<uint64_t, uint32_t> allowed_, combined_, united_;
  std::map<std::tuple<bool, uint32_t, uint32_t, uint32_t, size_t>, uint32_t> shared_;  // direction, sequence, set, ports, far end
  std::unordered_map<std::string, uint32_t> known_values_;
  std::vector<Allowed> values_;
};

}  // namespace bulkhead::access::internal
