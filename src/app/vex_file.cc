#include "app/vex_file.h"

namespace bulkhead::app {

base::Result<std::vector<match::Decision>> read_vex(const std::string& path) {
  return base::fail(base::ErrorKind::usage, "VEX documents are not read yet", path);
}

}  // namespace bulkhead::app
