// Contents of ConfigMaps that may be kept: whatever is in them, what was cleaned once is cleaned to the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kube/kept_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  if (size == 0 || size > 64 << 10) return 0;
  static constexpr std::string_view kKeys[][2] = {
      {"kubeadm-config", "ClusterConfiguration"}, {"kubelet-config", "kubelet"}, {"kube-proxy", "config.conf"}};
  const auto& [name, key] = kKeys[data[0] % 3];
  const std::string_view value(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto once = kube::kept_config("kube-system", name, key, value);
  if (!once) return 0;
  const auto twice = kube::kept_config("kube-system", name, key, *once);
  if (!twice || *twice != *once) std::abort();
  return 0;
}
