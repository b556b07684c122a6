// Lines of an audit log: any bytes are events or are counted.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "access/audit_log.h"
#include "access/least_privilege.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::access::AuditLog log{bulkhead::base::Limits()};
  for (const auto line : bulkhead::base::split(std::string_view(reinterpret_cast<const char*>(data), size), '\n')) log.add_line(line);
  log.end_of_file();
  for (const auto& [user, used] : log.used()) (void)bulkhead::access::least_privilege_yaml("user:" + user, used, false);
  return 0;
}
