// A database file from elsewhere: opening and asking end with an answer or an error. The input says which bytes of a small database, made
// at the start by the program's own writer, are changed: three bytes of place, one to put there; so a new schema needs no new seeds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "advisory/database.h"
#include "advisory/writer.h"
#include "base/file.h"

namespace {

std::string small_database() {
  using namespace bulkhead;
  advisory::Content content;
  advisory::FeedContent& c = content["osv/seed"];
  c.feed.key = "osv/seed";
  c.feed.source = "osv";
  for (int i = 0; i < 20; ++i) {
    advisory::Advisory a;
    a.id = "EXAMPLE-" + std::to_string(i);
    a.summary = "a flaw";
    for (const auto& [ecosystem, name] : {std::pair("npm", "lodash"), std::pair("Debian:12", "curl"), std::pair("Linux", "kernel")}) {
      advisory::Affected x;
      x.ecosystem = ecosystem;
      x.package = name;
      x.ranges = "introduced 0\nfixed 1." + std::to_string(i);
      a.affected.push_back(std::move(x));
    }
    c.advisories.push_back(std::move(a));
  }
  c.cycles.push_back({"debian", "12", "bookworm", "2023-06-10", "2026-06-10", "2028-06-30", "", ""});
  c.finish();
  const std::string path = "/tmp/bulkhead-fuzz-database-" + std::to_string(::getpid());
  if (!advisory::write_database(content, path)) {
    std::abort();
  }
  std::string bytes = base::read_file(path, 16 << 20).value_or("");
  ::unlink(path.c_str());
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  static const std::string good = small_database();
  static const int fd = ::memfd_create("database", 0);
  std::string bytes = good;
  for (size_t i = 0; i + 3 < size; i += 4) {
    const size_t at = (static_cast<size_t>(data[i]) << 16 | static_cast<size_t>(data[i + 1]) << 8 | data[i + 2]) % bytes.size();
    bytes[at] = static_cast<char>(data[i + 3]);
  }
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0 || !base::write_all(fd, bytes, "fuzz")) {
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
