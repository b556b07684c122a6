// rpm's SQLite database with a write-ahead log: the input's first two bytes say where the log begins, in pages of 512 bytes.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "catalog_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t cut = std::min<size_t>((data[0] | data[1] << 8) * size_t{512}, bytes.size());
  read_as_tree({{"var/lib/rpm/rpmdb.sqlite", bytes.substr(0, cut)}, {"var/lib/rpm/rpmdb.sqlite-wal", bytes.substr(cut)}});
  return 0;
}
