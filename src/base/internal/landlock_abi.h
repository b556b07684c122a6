// The part of the kernel's Landlock interface that the jail uses, from include/uapi/linux/landlock.h (Linux 6.12). Debian 12's
// headers know ABI 2 only, while the kernel that runs may know more; so the numbers stand here.
#pragma once

#include <cstdint>

namespace bulkhead::base::landlock {

inline constexpr long kCreateRuleset = 444;
inline constexpr long kAddRule = 445;
inline constexpr long kRestrictSelf = 446;
inline constexpr uint32_t kVersionFlag = 1;
inline constexpr int kRulePathBeneath = 1;

struct RulesetAttribute {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;  // ABI 4
  uint64_t scoped;              // ABI 6
};

struct PathBeneath {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

inline constexpr uint64_t kReadFile = 1ULL << 2;
inline constexpr uint64_t kReadFolder = 1ULL << 3;
inline constexpr uint64_t kBindTcp = 1ULL << 0;
inline constexpr uint64_t kConnectTcp = 1ULL << 1;
inline constexpr uint64_t kScopeAbstractUnix = 1ULL << 0;
inline constexpr uint64_t kScopeSignal = 1ULL << 1;

// Every file right that an ABI knows: execute, write, read, make, remove (13); refer (ABI 2), truncate (3), device ioctl (5).
constexpr uint64_t all_file_access(int abi) {
  const int rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
  return (1ULL << rights) - 1;
}

}  // namespace bulkhead::base::landlock
