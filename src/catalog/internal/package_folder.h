// Where distribution packages put files.
#pragma once

#include <string_view>

namespace bulkhead::catalog {

// usr/local is the administrator's (Debian Policy 9.1.2, FHS 3.0 section 4.9); homes, run-time state and applications in folders
// of their own belong to no package.
inline bool in_package_folder(std::string_view path) {
  for (const std::string_view folder : {"usr/", "bin/", "sbin/", "lib", "etc/", "opt/", "boot/"}) {
    if (path.starts_with(folder)) {
      return !path.starts_with("usr/local/");
    }
  }
  return false;
}

}  // namespace bulkhead::catalog
