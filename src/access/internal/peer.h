// One end of a connection.
#pragma once

#include <cstddef>
#include <cstdint>

#include "access/address.h"

namespace bulkhead::access::internal {

struct Peer {
  enum class Kind : uint8_t { pod, address, some_pod } kind = Kind::pod;
  size_t pod = 0;      // Kind::pod
  AddressRange range;  // Kind::address: all of it on the same side of every CIDR
  static Peer of_pod(size_t index) { return {Kind::pod, index, {}}; }
  static Peer of_range(AddressRange range) { return {Kind::address, 0, range}; }
  static Peer unknown_pod() { return {Kind::some_pod, 0, {}}; }  // a pod of the cluster of which nothing is known
};

}  // namespace bulkhead::access::internal
