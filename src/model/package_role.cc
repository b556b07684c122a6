#include "model/package_role.h"

namespace bulkhead::model {

ComponentRole deb_role(std::string_view name, std::string_view section) {
  const std::string_view area = section.substr(section.rfind('/') == std::string_view::npos ? 0 : section.rfind('/') + 1);
  if (name.starts_with("linux-headers-") || name.ends_with("-dev") || name.ends_with("-headers")) {
    return ComponentRole::headers;
  }
  if (name.starts_with("linux-image-") || name.starts_with("linux-modules-") || name.starts_with("kernel-image-")) {
    return ComponentRole::kernel;
  }
  if (name.ends_with("-dbg") || name.ends_with("-dbgsym") || area == "debug") {
    return ComponentRole::debug;
  }
  if (name.ends_with("-doc") || area == "doc") {
    return ComponentRole::docs;
  }
  return area == "fonts" ? ComponentRole::data : ComponentRole::code;
}

ComponentRole apk_role(std::string_view name) {
  if (name.ends_with("-dev") || name == "linux-headers") {
    return ComponentRole::headers;
  }
  for (const std::string_view kernel : {"linux-lts", "linux-virt", "linux-edge", "linux-rpi", "linux-stable", "linux-asahi"}) {
    if (name.starts_with(kernel)) {
      return ComponentRole::kernel;
    }
  }
  if (name.ends_with("-dbg")) {
    return ComponentRole::debug;
  }
  if (name.ends_with("-doc")) {
    return ComponentRole::docs;
  }
  return name.starts_with("font-") ? ComponentRole::data : ComponentRole::code;
}

ComponentRole rpm_role(std::string_view name) {
  if (name == "gpg-pubkey") {
    return ComponentRole::data;
  }
  if (name.ends_with("-devel") || name == "kernel-headers" || name.ends_with("-headers")) {
    return ComponentRole::headers;
  }
  if (name == "kernel" || name == "kernel-uek" || name == "kernel-rt" || name == "kernel-default" || name == "kernel-default-base" ||
      name.ends_with("kernel-core") || name.starts_with("kernel-core") || name.starts_with("kernel-modules") ||
      name.starts_with("kernel-uek-core") || name.starts_with("kernel-uek-modules") || name.starts_with("kernel-rt-core") ||
      name.starts_with("kernel-rt-modules")) {
    return ComponentRole::kernel;
  }
  if (name.ends_with("-debuginfo") || name.ends_with("-debugsource") || name.ends_with("-debuginfo-common")) {
    return ComponentRole::debug;
  }
  if (name.ends_with("-doc") || name.ends_with("-docs")) {
    return ComponentRole::docs;
  }
  return name.ends_with("-fonts") ? ComponentRole::data : ComponentRole::code;
}

}  // namespace bulkhead::model
