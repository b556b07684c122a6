#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "catalog/internal/elf.h"
#include "catalog/internal/rpm_database.h"

namespace bulkhead::catalog {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr size_t kFileHeader = 100;
constexpr size_t kLogHeader = 32;
constexpr size_t kFrameHeader = 24;
constexpr uint8_t kInterior = 0x05;
constexpr uint8_t kLeaf = 0x0d;
constexpr size_t kMaxColumns = 64;

uint64_t number(std::string_view bytes, size_t at, size_t width) {
  return at > bytes.size() ? 0 : read_number(bytes.substr(at, width), true);
}

// Up to nine bytes, seven bits each, the ninth whole. nullopt: the bytes end before.
std::optional<uint64_t> varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < 9 && i < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (i == 8) {
      value = value << 8 | byte;
      bytes.remove_prefix(9);
      return value;
    }
    value = value << 7 | (byte & 0x7f);
    if ((byte & 0x80) == 0) {
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

class SqliteFile {
 public:
  SqliteFile(std::string_view bytes, std::string_view where) : bytes_(bytes), where_(where) {}

  base::Status open(std::string_view log) {
    if (bytes_.size() < kFileHeader || !bytes_.starts_with(kMagic)) {
      return broken("is no SQLite database");
    }
    page_ = number(bytes_, 16, 2);
    page_ = page_ == 1 ? 65536 : page_;
    const auto reserved = static_cast<uint8_t>(bytes_[20]);
    if (page_ < 512 || (page_ & (page_ - 1)) != 0 || page_ - reserved < 480) {
      return broken("states pages of " + std::to_string(page_) + " bytes");
    }
    usable_ = page_ - reserved;
    if (number(bytes_, 56, 4) > 1) {
      return broken("holds its text in UTF-16, as no package database does");
    }
    pages_ = bytes_.size() / page_;
    read_log(log);
    used_.assign(pages_ + 1, false);
    return {};
  }

  // Page number of the root of the table.
  base::Result<uint64_t> root_of(std::string_view table) {
    uint64_t root = 0;
    BULKHEAD_CHECK(walk(1, 0, [&](std::string_view record) {
      const std::vector<std::string_view> columns = split_record(record);
      if (columns.size() >= 4 && columns[0] == "table" && columns[1] == table) {
        root = read_number(columns[3], true);
      }
    }));
    if (root == 0) {
      return broken("has no table " + std::string(table));
    }
    return root;
  }

  // Every record of the table below page `number`, in the order of its keys.
  base::Status walk(uint64_t at, uint32_t depth, const std::function<void(std::string_view)>& visit) {
    BULKHEAD_TRY(const std::string_view page, take_page(at));
    const size_t start = at == 1 ? kFileHeader : 0;
    const auto kind = static_cast<uint8_t>(page[start]);
    if ((kind != kLeaf && kind != kInterior) || depth > 32) {
      return broken("page " + std::to_string(at) + " is no page of a table");
    }
    const uint64_t count = number(page, start + 3, 2);
    const size_t pointers = start + (kind == kLeaf ? 8 : 12);
    if (pointers + 2 * count > page.size()) {
      return broken("page " + std::to_string(at) + " states " + std::to_string(count) + " cells");
    }
    base::Status status;  // of the last part that was broken; the other parts are still read
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t cell = number(page, pointers + 2 * i, 2);
      if (cell < pointers + 2 * count || cell >= usable_) {
        status = broken("page " + std::to_string(at) + " has a cell outside of it");
        continue;
      }
      const std::string_view bytes = page.substr(cell, usable_ - cell);
      base::Status one = kind == kInterior ? walk(number(bytes, 0, 4), depth + 1, visit) : read_cell(bytes, at, visit);
      if (!one) {
        status = std::move(one);
      }
    }
    if (kind == kInterior) {
      if (base::Status one = walk(number(page, start + 8, 4), depth + 1, visit); !one) {
        status = std::move(one);
      }
    }
    return status;
  }

  // Values of a record as they lie there: text, blobs, and the bytes of whole numbers; empty where they do not fit.
  static std::vector<std::string_view> split_record(std::string_view record) {
    std::string_view rest = record;
    const auto length = varint(rest);
    if (!length || *length > record.size()) {
      return {};
    }
    const size_t own = record.size() - rest.size();
    std::string_view types = record.substr(own, *length < own ? 0 : *length - own);
    std::string_view data = record.substr(*length);
    std::vector<std::string_view> out;
    while (!types.empty() && out.size() < kMaxColumns) {
      const auto type = varint(types);
      if (!type) {
        return {};
      }
      constexpr uint64_t kWidths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
      const uint64_t width = *type < 12 ? kWidths[*type] : (*type - 12) / 2;
      if (width > data.size()) {
        return {};
      }
      // Serial types 8 and 9 are the numbers 0 and 1 without bytes.
      out.push_back(*type == 9 ? std::string_view("\1", 1) : data.substr(0, width));
      data.remove_prefix(width);
    }
    return out;
  }

  std::unexpected<base::Error> broken(std::string what) const {
    return base::fail(base::ErrorKind::input, std::move(what), std::string(where_));
  }

 private:
  // Frames whose salts and running checksums fit, up to the last one that ends a transaction.
  void read_log(std::string_view log) {
    if (log.size() < kLogHeader) {
      return;
    }
    const uint64_t magic = number(log, 0, 4);
    if ((magic & ~1ULL) != 0x377f0682 || number(log, 8, 4) != page_) {
      return;
    }
    const bool big = (magic & 1) != 0;
    uint32_t sum[2] = {0, 0};
    const auto add = [&](std::string_view bytes) {
      for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
        sum[0] += static_cast<uint32_t>(read_number(bytes.substr(i, 4), big)) + sum[1];
        sum[1] += static_cast<uint32_t>(read_number(bytes.substr(i + 4, 4), big)) + sum[0];
      }
    };
    const auto fits = [&](std::string_view stated) { return number(stated, 0, 4) == sum[0] && number(stated, 4, 4) == sum[1]; };
    add(log.substr(0, 24));
    if (!fits(log.substr(24, 8))) {
      return;
    }
    std::map<uint64_t, std::string_view> pending;
    for (size_t at = kLogHeader; at + kFrameHeader + page_ <= log.size(); at += kFrameHeader + page_) {
      const std::string_view frame = log.substr(at, kFrameHeader);
      const std::string_view content = log.substr(at + kFrameHeader, page_);
      add(frame.substr(0, 8));
      add(content);
      if (frame.substr(8, 8) != log.substr(16, 8) || !fits(frame.substr(16, 8))) {
        return;
      }
      pending[number(frame, 0, 4)] = content;
      if (const uint64_t size = number(frame, 4, 4); size != 0) {
        for (const auto& [page, bytes] : pending) {
          log_[page] = bytes;
        }
        pending.clear();
        pages_ = std::min<uint64_t>(size, (bytes_.size() + log.size()) / page_);
      }
    }
  }

  base::Result<std::string_view> take_page(uint64_t at) {
    if (at == 0 || at > pages_ || used_[at]) {
      return broken("its pages lead to page " + std::to_string(at) + (at == 0 || at > pages_ ? ", which is not there" : " twice"));
    }
    used_[at] = true;
    if (const auto newer = log_.find(at); newer != log_.end()) {
      return newer->second;
    }
    if (at * page_ > bytes_.size()) {
      return broken("page " + std::to_string(at) + " is not there: the file is cut short");
    }
    return bytes_.substr((at - 1) * page_, page_);
  }

  base::Status read_cell(std::string_view cell, uint64_t at, const std::function<void(std::string_view)>& visit) {
    const auto length = varint(cell);
    const auto key = length ? varint(cell) : std::nullopt;
    if (!key || *length > kMaxRpmHeader || *length > bytes_.size() + log_.size() * page_) {
      return broken("page " + std::to_string(at) + " has a cell that states too many bytes");
    }
    const uint64_t most = usable_ - 35;
    uint64_t local = *length;
    if (local > most) {
      const uint64_t least = (usable_ - 12) * 32 / 255 - 23;
      const uint64_t fit = least + (*length - least) % (usable_ - 4);
      local = fit <= most ? fit : least;
    }
    if (local > cell.size() || (local < *length && local + 4 > cell.size())) {
      return broken("page " + std::to_string(at) + " has a cell that runs past it");
    }
    if (local == *length) {
      visit(cell.substr(0, local));
      return {};
    }
    std::string record(cell.substr(0, local));
    record.reserve(*length);
    uint64_t next = number(cell, local, 4);
    while (record.size() < *length) {
      BULKHEAD_TRY(const std::string_view page, take_page(next));
      next = number(page, 0, 4);
      record += page.substr(4, std::min<uint64_t>(usable_ - 4, *length - record.size()));
    }
    visit(record);
    return {};
  }

  const std::string_view bytes_;
  const std::string_view where_;
  uint64_t page_ = 0;
  uint64_t usable_ = 0;
  uint64_t pages_ = 0;
  std::map<uint64_t, std::string_view> log_;  // newer pages
  std::vector<bool> used_;
};

}  // namespace

base::Status each_sqlite_header(std::string_view database, std::string_view log, std::string_view where, const RpmVisit& visit) {
  SqliteFile file(database, where);
  BULKHEAD_CHECK(file.open(log));
  BULKHEAD_TRY(const uint64_t root, file.root_of("Packages"));
  base::Status columns_fit;
  base::Status status = file.walk(root, 0, [&](std::string_view record) {
    const std::vector<std::string_view> columns = SqliteFile::split_record(record);
    if (columns.size() < 2) {
      columns_fit = file.broken("the table Packages holds a record without a package header");
    } else {
      visit(columns[1]);
    }
  });
  return status ? columns_fit : status;
}

}  // namespace bulkhead::catalog
