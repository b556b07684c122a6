// The archive reader on bytes: must end within its limits, never crash.
#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

#include "base/archive.h"

using namespace bulkhead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size) || ::lseek(fd, 0, SEEK_SET) != 0) {
    ::close(fd);
    return 0;
  }
  base::Limits limits;
  limits.archive_bytes = 64 << 20;
  limits.archive_entries = 1000;
  if (auto reader = base::ArchiveReader::open(fd, "fuzz", limits)) {
    for (;;) {
      const auto entry = reader->next();
      if (!entry || !*entry || !reader->read(1 << 20)) {
        break;
      }
    }
  }
  ::close(fd);
  return 0;
}
