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

}  // namespace bulkhead::model
