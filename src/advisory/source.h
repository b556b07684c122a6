// One advisory source: how its feeds are known, and how one document of them becomes records. A row per file under source/.
//
// A feed is a file or folder: one document, or an archive of many (zip, tar; gzip, xz, zstd). feed_reader.h walks the
// containers; a row parses documents and knows nothing of files. docs/adding-a-source.md says how to add a row.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/record.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::advisory {

// One document of a feed: a file, or an entry of an archive.
struct Document {
  std::string_view name;  // entry name, or the file's name
  std::string place;      // for messages: "Go.zip, entry 17 (GO-2022-0001.json)"
  std::string_view bytes;
};

// Takes records as they come. A bad record is skipped and named; the others live.
class Sink {
 public:
  explicit Sink(std::function<base::Status(std::string_view line)> put) : put_(std::move(put)) {}

  base::Status add(const Record& record);
  // `where` is the place inside the document ("affected[2]"); empty: the document itself.
  base::Status skip(const Document& document, std::string where, std::string why);
  base::Status date(std::string_view date) { return add(FeedInfo{std::string(date), {}, {}}); }
  // Says what of the source this document holds, where files of one name differ by it ("main.json" of every Alpine release).
  base::Status part(std::string name) { return add(FeedInfo{{}, {}, std::move(name)}); }

 private:
  const std::vector<std::string>& kept_under(const std::string& ecosystem);  // empty: its own name
  std::optional<Record> renamed(const Advisory& advisory);                  // nullopt: as it is

  std::function<base::Status(std::string_view)> put_;
  std::map<std::string, std::vector<std::string>, std::less<>> ecosystems_;  // by the publisher's name
};

struct Source {
  const char* name;       // row name, as in --source and in every finding
  const char* title;      // for people
  const char* publisher;  // name and address in words
  const char* licence;    // of the data
  int rank;               // who is believed where two sources judge one package: the smaller
  bool single;            // true: one feed at a time, a newer one replaces an older; false: one feed per file name
  // Whether the first bytes of a document (up to kHeadBytes) are of this source.
  bool (*recognises)(std::string_view document_name, std::string_view head);
  // Whether an entry of an archive is a document of this source (by name); others are passed over.
  bool (*wants)(std::string_view entry_name);
  // An error means that the document is not of this format at all; single bad records are skipped through the sink.
  base::Status (*parse)(const Document& document, const base::Limits& limits, Sink& sink);
};

inline constexpr size_t kHeadBytes = 1 << 16;

// The rows, sorted by name.
std::span<const Source* const> sources();
const Source* find_source(std::string_view name);  // nullptr for an unknown name

}  // namespace bulkhead::advisory
