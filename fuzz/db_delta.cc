// Deltas and packed databases from elsewhere: whatever the bytes say, reading ends with a file of the named digest or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "advisory/delta.h"
#include "base/file.h"

namespace {

// A memory file under a path of its own.
std::string place(int fd, std::string_view bytes) {
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0 || !bulkhead::base::write_all(fd, bytes, "fuzz")) {
    std::abort();
  }
  return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  static const int old_fd = ::memfd_create("old", 0), delta_fd = ::memfd_create("delta", 0), out_fd = ::memfd_create("out", 0);
  const std::string old_path = place(old_fd, std::string(5000, 'a') + "rows of an old database");
  const std::string delta_path = place(delta_fd, std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string out_path = place(out_fd, "");
  const auto head = advisory::apply_delta(old_path, delta_path, out_fd);
  if (head) {
    const auto state = advisory::file_state(out_path);
    if (!state || state->sha256 != head->to.sha256) {
      std::abort();
    }
  }
  (void)place(out_fd, "");
  const auto unpacked = advisory::unpack_file(delta_path, out_fd, 1 << 20);
  if (unpacked && unpacked->bytes > 1 << 20) {
    std::abort();
  }
  return 0;
}
