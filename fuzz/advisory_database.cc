// A database file from elsewhere: opening and asking end with an answer or an error. The seed is a small real database.
#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "advisory/database.h"
#include "advisory/writer.h"
#include "base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  static const int fd = ::memfd_create("database", 0);
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0 ||
      !base::write_all(fd, {reinterpret_cast<const char*>(data), size}, "fuzz")) {
    return 0;
  }
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const auto database = advisory::Database::open(path);
  if (!database) {
    return 0;
  }
  (void)database->feeds();
  (void)database->counts();
  (void)database->releases("Debian");
  (void)database->life_cycle("debian");
  (void)database->vex_statements("pkg:npm/lodash@4.17.20", {});
  for (const char* name : {"lodash", "curl", "kernel"}) {
    for (const char* ecosystem : {"npm", "Debian:12", "Linux"}) {
      const auto records = database->package(ecosystem, name);
      if (records && !records->empty()) {
        (void)database->flaw(records->front().flaw);
        (void)database->record(records->front().advisory);
      }
      (void)database->print(std::string("package\n") + ecosystem + "\n" + name, 0);
    }
  }
  (void)advisory::check_structure(path);
  return 0;
}
