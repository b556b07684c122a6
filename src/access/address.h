// Internet addresses and ranges of them, on one number line.
//
// An address is its 128-bit IPv6 value; an IPv4 address is its IPv4-mapped form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that
// one ordering and one range type serve both families. CIDR texts follow RFC 4632: "10.0.0.0/8", "2001:db8::/32"; host bits
// are ignored, as the API server does. Errors: nullopt for a text that is neither. Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::access {

using Address = unsigned __int128;

std::optional<Address> parse_address(std::string_view text);
std::string address_text(Address address);

struct AddressRange {
  Address first = 0, last = 0;  // both within
  bool contains(Address address) const { return first <= address && address <= last; }
  bool operator==(const AddressRange&) const = default;
};
std::optional<AddressRange> parse_cidr(std::string_view text);
std::string range_text(const AddressRange& range);  // "10.0.0.0-10.255.255.255"

AddressRange all_ipv4();
bool is_ipv4(const AddressRange& range);

// Disjoint ranges, ascending; neighbours are merged.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(AddressRange range) : ranges_{range} {}
  bool empty() const { return ranges_.empty(); }
  bool contains(Address address) const;
  void add(AddressRange range);
  void remove(AddressRange range);
  AddressSet intersect(const AddressSet& other) const;
  const std::vector<AddressRange>& ranges() const { return ranges_; }

 private:
  std::vector<AddressRange> ranges_;
};

// Addresses of the public internet: all but the special-purpose ranges of RFC 6890 and its registry.
const AddressSet& public_addresses();

// The ranges between all the given cuts: every range of `cuts` is a union of ranges of the result, which covers `whole`.
std::vector<AddressRange> partition(AddressRange whole, const std::vector<AddressRange>& cuts);

}  // namespace bulkhead::access
