// The words of a right and of a subject: whatever they are, they are read or refused, and what is read can be asked.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "access/rbac.h"
#include "access/request_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  static const model::Cluster cluster = [] {
    model::Cluster c;
    model::RbacRole role;
    role.meta.name = "r";
    role.rules = {{{"*"}, {"", "apps"}, {"pods", "*/scale"}, {"a"}, {}}, {{"get"}, {}, {}, {}, {"/x/*", "*"}}};
    c.cluster_roles.push_back(role);
    model::RoleBinding binding;
    binding.meta.name = "b";
    binding.role_kind = "ClusterRole";
    binding.role_name = "r";
    binding.subjects = {{"User", "", "a"}};
    c.cluster_role_bindings.push_back(binding);
    return c;
  }();
  static const access::RequestReader reader(cluster);
  static const access::Rbac rbac(cluster);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), first.size() + 1));
  const auto request = reader.read("get", rest, "n");
  const auto who = access::parse_identity(first);
  if (request) (void)rbac.can(who ? *who : access::user("a"), *request);
  return 0;
}
