// A set of connections: the ports of TCP, UDP and SCTP that one peer may reach at another.
//
// Ports are 1 to 65535. Text form as in docs/access.md: "All Connections", "No Connections", "TCP 80,8080-8090,UDP 53".
// Threads: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::access {

inline constexpr int32_t kFirstPort = 1, kLastPort = 65535;

struct PortRange {
  int32_t first = kFirstPort, last = kLastPort;  // both within
  bool operator==(const PortRange&) const = default;
};

// Disjoint ranges, ascending; neighbours are merged.
class PortSet {
 public:
  bool empty() const { return ranges_.empty(); }
  bool full() const { return ranges_.size() == 1 && ranges_[0] == PortRange{}; }
  bool contains(int32_t port) const;
  void add(PortRange range);  // cut to the valid ports; an empty range adds nothing
  void add(const PortSet& other);
  void remove(const PortSet& other);
  PortSet intersect(const PortSet& other) const;
  const std::vector<PortRange>& ranges() const { return ranges_; }
  bool operator==(const PortSet&) const = default;

 private:
  std::vector<PortRange> ranges_;
};

class Connections {
 public:
  static constexpr std::array<std::string_view, 3> kProtocols = {"SCTP", "TCP", "UDP"};  // in the order of the text
  static Connections all();
  // The ports of one protocol; nullptr for a protocol that the API does not know.
  PortSet* ports(std::string_view protocol);
  const PortSet* ports(std::string_view protocol) const;
  bool empty() const;
  bool full() const;
  bool contains(int32_t port, std::string_view protocol) const;
  void add(const Connections& other);
  void remove(const Connections& other);
  Connections intersect(const Connections& other) const;
  std::string text() const;
  bool operator==(const Connections&) const = default;

 private:
  std::array<PortSet, 3> ports_;
};

// What is allowed for certain, and what is allowed if everything unknown turns out to allow; certain is within possible.
struct Allowed {
  Connections certain, possible;
};

}  // namespace bulkhead::access
