#include <string>
#include <vector>

#include "base/text.h"
#include "catalog/internal/elf.h"
#include "catalog/internal/rpm_database.h"

namespace bulkhead::catalog {
namespace {

constexpr uint32_t kHashMagic = 0x00061561;
constexpr size_t kMetaBytes = 512;
constexpr size_t kPageHeader = 26;
enum PageType : uint8_t { kHashUnsorted = 2, kOverflow = 7, kHashMeta = 8, kHash = 13 };
enum ItemType : uint8_t { kKeyData = 1, kOffPage = 3 };
constexpr size_t kOffPageBytes = 12;  // type and padding, first page, length

class BerkeleyHash {
 public:
  BerkeleyHash(std::string_view bytes, std::string_view where) : bytes_(bytes), where_(where) {}

  base::Status read(const RpmVisit& visit) {
    if (bytes_.size() < kMetaBytes) {
      return broken("is no Berkeley DB hash database: shorter than its first page");
    }
    big_ = read_number(bytes_.substr(12, 4), true) == kHashMagic;
    if (!big_ && word(bytes_, 12) != kHashMagic) {
      return broken("is no Berkeley DB hash database");
    }
    if (const uint32_t version = word(bytes_, 16); version < 7 || version > 10) {
      return broken("is of the unknown version " + std::to_string(version));
    }
    if (bytes_[24] != 0) {
      return broken("is encrypted");
    }
    size_ = word(bytes_, 20);
    if (size_ < kMetaBytes || size_ > 65536 || (size_ & (size_ - 1)) != 0) {
      return broken("states pages of " + std::to_string(size_) + " bytes");
    }
    const uint64_t pages = bytes_.size() / size_;
    if (const uint64_t last = word(bytes_, 32); last >= pages) {
      cut_ = true;  // what is there is still read
    }
    used_.assign(pages, false);
    base::Status status;
    for (uint64_t number = 1; number < pages; ++number) {
      const std::string_view page = bytes_.substr(number * size_, size_);
      const auto type = static_cast<uint8_t>(page[25]);
      if (type == kHash || type == kHashUnsorted) {
        if (base::Status one = read_page(page, number, visit); !one) {
          status = std::move(one);
        }
      }
    }
    return cut_ ? broken("is cut short") : status;
  }

 private:
  base::Status read_page(std::string_view page, uint64_t number, const RpmVisit& visit) {
    const uint64_t count = half(page, 20);
    if (kPageHeader + 2 * count > size_) {
      return broken("page " + std::to_string(number) + " states " + std::to_string(count) + " items");
    }
    base::Status status;
    uint64_t end = size_;
    std::string_view key;
    for (uint64_t i = 0; i < count; ++i) {  // keys and values in turn, from the page's end downwards
      const uint64_t at = half(page, kPageHeader + 2 * i);
      if (at < kPageHeader + 2 * count || at >= end) {
        return broken("page " + std::to_string(number) + " has items that overlap");
      }
      const std::string_view item = page.substr(at, end - at);
      end = at;
      if (i % 2 == 0) {
        key = item.substr(1);
        continue;
      }
      if (key.find_first_not_of('\0') == std::string_view::npos) {
        continue;  // record 0 counts the packages
      }
      if (item[0] == kKeyData) {
        visit(item.substr(1));
      } else if (item[0] == kOffPage && item.size() >= kOffPageBytes) {
        std::string header;
        if (base::Status one = overflow(word(item, 4), word(item, 8), header); one) {
          visit(header);
        } else {
          status = std::move(one);
        }
      } else {
        status = broken("page " + std::to_string(number) + " holds a value of the unknown kind " +
                        std::to_string(static_cast<uint8_t>(item[0])));
      }
    }
    return status;
  }

  base::Status overflow(uint64_t number, uint64_t length, std::string& out) {
    const uint64_t first = number;
    if (length > kMaxRpmHeader || length > bytes_.size()) {
      return broken("a header from page " + std::to_string(first) + " on states " + base::with_thousands(length) + " bytes");
    }
    out.reserve(length);
    while (out.size() < length) {
      if (number == 0 || number >= used_.size() || used_[number]) {
        return broken("the chain of pages from page " + std::to_string(first) + " on is broken at page " + std::to_string(number));
      }
      used_[number] = true;
      const std::string_view page = bytes_.substr(number * size_, size_);
      const uint64_t here = half(page, 22);
      if (static_cast<uint8_t>(page[25]) != kOverflow || here > size_ - kPageHeader || here == 0) {
        return broken("page " + std::to_string(number) + " is no page of a long value");
      }
      out += page.substr(kPageHeader, std::min(here, length - out.size()));
      number = word(page, 16);
    }
    return {};
  }

  std::unexpected<base::Error> broken(std::string what) const {
    return base::fail(base::ErrorKind::input, std::move(what), std::string(where_));
  }
  uint32_t word(std::string_view bytes, size_t at) const { return static_cast<uint32_t>(read_number(bytes.substr(at, 4), big_)); }
  uint64_t half(std::string_view bytes, size_t at) const { return read_number(bytes.substr(at, 2), big_); }

  const std::string_view bytes_;
  const std::string_view where_;
  bool big_ = false;
  bool cut_ = false;
  uint64_t size_ = 0;
  std::vector<bool> used_;
};

}  // namespace

base::Status each_bdb_header(std::string_view database, std::string_view where, const RpmVisit& visit) {
  return BerkeleyHash(database, where).read(visit);
}

}  // namespace bulkhead::catalog
