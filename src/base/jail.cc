#include "base/jail.h"

namespace bulkhead::base {

JailReport enter_jail(const std::vector<int>&, uint64_t) { return {false, false, "this build has no jail"}; }

}  // namespace bulkhead::base
