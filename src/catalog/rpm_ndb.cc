#include "base/text.h"
#include "catalog/internal/elf.h"
#include "catalog/internal/rpm_database.h"

namespace bulkhead::catalog {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kSlot = 16;   // magic, package number, block offset, block count
constexpr size_t kBlock = 16;  // blobs are counted in these
constexpr size_t kFirstSlot = 2;
constexpr size_t kHead = 16;  // magic, package number, generation, length
constexpr size_t kTail = 12;  // Adler-32, length, magic
constexpr std::string_view kHeaderMagic = "RpmP";
constexpr std::string_view kSlotMagic = "Slot";
constexpr std::string_view kBlobStart = "BlbS";
constexpr std::string_view kBlobEnd = "BlbE";

uint32_t word(std::string_view bytes, size_t at) { return static_cast<uint32_t>(read_number(bytes.substr(at, 4), false)); }

}  // namespace

base::Status each_ndb_header(std::string_view database, std::string_view where, const RpmVisit& visit) {
  const auto broken = [&](std::string what) { return base::fail(base::ErrorKind::input, std::move(what), std::string(where)); };
  if (database.size() < kPage || !database.starts_with(kHeaderMagic)) {
    return broken("is no ndb package database");
  }
  if (const uint32_t version = word(database, 4); version != 0) {
    return broken("is an ndb package database of the unknown version " + std::to_string(version));
  }
  const uint64_t slots = uint64_t{word(database, 12)} * (kPage / kSlot);
  if (slots * kSlot > database.size()) {
    return broken("states more slots than it has bytes for");
  }
  uint64_t given = 0;
  base::Status status;
  for (uint64_t i = kFirstSlot; i < slots; ++i) {
    const std::string_view slot = database.substr(i * kSlot, kSlot);
    const auto bad = [&](const char* what) {
      status = broken("slot " + base::with_thousands(i) + ": " + what);  // the others are still read
    };
    if (!slot.starts_with(kSlotMagic)) {
      bad("has no mark");
      continue;
    }
    const uint32_t package = word(slot, 4);
    const uint64_t start = uint64_t{word(slot, 8)} * kBlock;
    const uint64_t length = uint64_t{word(slot, 12)} * kBlock;
    if (start == 0) {
      continue;  // free
    }
    if (start > database.size() || length > database.size() - start || length < kHead + kTail) {
      bad("points outside of the file");
      continue;
    }
    const std::string_view blob = database.substr(start, length);
    const uint64_t size = word(blob, 12);
    if (!blob.starts_with(kBlobStart) || !blob.ends_with(kBlobEnd) || word(blob, 4) != package || size > length - kHead - kTail) {
      bad("points to something else than its package");
      continue;
    }
    given += size;
    if (given > database.size()) {
      return broken("its slots share blobs");  // a few bytes that name the same large blob over and over
    }
    visit(blob.substr(kHead, size));
  }
  return status;
}

}  // namespace bulkhead::catalog
