#include "access/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace bulkhead::access {
namespace {

constexpr Address kMapped = static_cast<Address>(0xffff) << 32;  // ::ffff:0.0.0.0
constexpr Address kMax = ~static_cast<Address>(0);

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  const std::string copy(text);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
    return kMapped |
           (static_cast<Address>(bytes[0]) << 24 | static_cast<Address>(bytes[1]) << 16 | static_cast<Address>(bytes[2]) << 8 | bytes[3]);
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
  Address address = 0;
  for (const unsigned char byte : bytes) address = address << 8 | byte;
  return address;
}

std::string address_text(Address address) {
  std::array<unsigned char, 16> bytes{};
  for (size_t i = 0; i < 16; ++i) bytes[i] = static_cast<unsigned char>(address >> (8 * (15 - i)));
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = address >> 32 == 0xffff;
  inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? 12 : 0), text.data(), text.size());
  return text.data();
}

std::optional<AddressRange> parse_cidr(std::string_view text) {
  const auto [address_part, bits_part] = base::split_once(text, '/');
  if (!bits_part) return std::nullopt;
  const auto address = parse_address(address_part);
  const auto bits = base::parse_u64(*bits_part);
  if (!address || !bits) return std::nullopt;
  const unsigned width = address_part.find(':') == std::string_view::npos ? 32 : 128;
  if (*bits > width) return std::nullopt;
  const auto host_bits = static_cast<unsigned>(width - *bits);
  const Address host = host_bits == 128 ? kMax : (static_cast<Address>(1) << host_bits) - 1;
  return AddressRange{*address & ~host, *address | host};
}

std::string range_text(const AddressRange& range) { return address_text(range.first) + "-" + address_text(range.last); }

AddressRange all_ipv4() { return {kMapped, kMapped | 0xffffffff}; }

bool is_ipv4(const AddressRange& range) { return range.first >= kMapped && range.last <= (kMapped | 0xffffffff); }

bool AddressSet::contains(Address address) const {
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address, [](Address a, const AddressRange& r) { return a < r.first; });
  return after != ranges_.begin() && (after - 1)->last >= address;
}

void AddressSet::add(AddressRange range) {
  std::vector<AddressRange> merged;
  for (const AddressRange& r : ranges_) {
    const bool before = r.last < range.first && range.first - r.last > 1;
    const bool behind = r.first > range.last && r.first - range.last > 1;
    if (before || behind) {
      merged.push_back(r);
    } else {
      range = {std::min(range.first, r.first), std::max(range.last, r.last)};
    }
  }
  merged.insert(
      std::upper_bound(merged.begin(), merged.end(), range, [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; }),
      range);
  ranges_ = std::move(merged);
}

void AddressSet::remove(AddressRange range) {
  std::vector<AddressRange> left;
  for (const AddressRange& r : ranges_) {
    if (r.last < range.first || r.first > range.last) {
      left.push_back(r);
      continue;
    }
    if (r.first < range.first) left.push_back({r.first, range.first - 1});
    if (r.last > range.last) left.push_back({range.last + 1, r.last});
  }
  ranges_ = std::move(left);
}

AddressSet AddressSet::intersect(const AddressSet& other) const {
  AddressSet both;
  for (const AddressRange& a : ranges_) {
    for (const AddressRange& b : other.ranges_) {
      const AddressRange common{std::max(a.first, b.first), std::min(a.last, b.last)};
      if (common.first <= common.last) both.add(common);
    }
  }
  return both;
}

const AddressSet& public_addresses() {
  static const AddressSet kPublic = [] {
    AddressSet set(all_ipv4());
    // IANA IPv4 Special-Purpose Address Registry, the rows that are not globally reachable, and multicast.
    for (const char* cidr :
         {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
          "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"}) {
      set.remove(*parse_cidr(cidr));
    }
    set.add(*parse_cidr("2000::/3"));  // RFC 4291: global unicast as assigned today
    set.remove(*parse_cidr("2001:db8::/32"));
    return set;
  }();
  return kPublic;
}

std::vector<AddressRange> partition(AddressRange whole, const std::vector<AddressRange>& cuts) {
  std::vector<Address> starts{whole.first};
  for (const AddressRange& cut : cuts) {
    if (cut.last < whole.first || cut.first > whole.last) continue;
    starts.push_back(std::max(cut.first, whole.first));
    if (cut.last < whole.last) starts.push_back(cut.last + 1);
  }
  std::ranges::sort(starts);
  const auto repeated = std::ranges::unique(starts);
  starts.erase(repeated.begin(), repeated.end());
  std::vector<AddressRange> ranges;
  for (size_t i = 0; i < starts.size(); ++i) ranges.push_back({starts[i], i + 1 < starts.size() ? starts[i + 1] - 1 : whole.last});
  return ranges;
}

}  // namespace bulkhead::access
